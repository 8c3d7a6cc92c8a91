// The items this member may see, kept live. Not here: how they are fetched (client.ts) or drawn (picture/).
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { api, Problem } from '../api/client';
import { URGENCIES, type Filters, type ItemSummary, type Urgency } from '../api/types';
import { momentOf } from '../picture/histogram';
import { announce } from './announce.svelte';
import { session } from './session.svelte';
import { t } from '../i18n/index.svelte';

export const TABS = ['now', 'waiting', 'planned', 'all'] as const;
export type Tab = (typeof TABS)[number];

/** What the feed is narrowed to; all of it is also understood by the node. */
export interface Narrow {
  kind: string;
  zone: string;
  originator: string;
  urgency: string;
  unacknowledged: boolean;
}

const NARROW_NONE: Narrow = { kind: '', zone: '', originator: '', urgency: '', unacknowledged: false };
/** Pages read at the start; older ones come when asked for. */
const FIRST_PAGES = 3;
/** Items kept in memory; the oldest go first. */
const KEPT_MAX = 5_000;
const SEEN_MAX = 3_000;

class Feed {
  items = new SvelteMap<string, ItemSummary>();
  state = $state<'loading' | 'ready' | 'error'>('loading');
  problem = $state.raw<Problem | null>(null);
  next = $state<string | null>(null);
  tab = $state<Tab>('now');
  narrow = $state<Narrow>({ ...NARROW_NONE });
  /** One hour of the time bar, as milliseconds. */
  span = $state.raw<{ from: number; until: number } | null>(null);
  /** Moves every half minute: items become current and stale by themselves. */
  clock = $state(Date.now());
  /** Items that came in live and were not opened yet. */
  fresh = new SvelteSet<string>();
  #seen = new SvelteSet<string>();
  #run = 0;

  /** Newest first. */
  sorted = $derived([...this.items.values()].sort((one, two) => two.reported.localeCompare(one.reported)));
  narrowed = $derived(this.sorted.filter((item) => this.#fits(item)));
  byTab = $derived.by<Record<Tab, ItemSummary[]>>(() => {
    const out: Record<Tab, ItemSummary[]> = { now: [], waiting: [], planned: [], all: [] };
    for (const item of this.narrowed) {
      out.all.push(item);
      if (isWaiting(item, session.organisation)) out.waiting.push(item);
      if (item.kind === 'reply' || item.state === 'stale') continue;
      if (Date.parse(item.valid_from) > this.clock + 60_000) out.planned.push(item);
      else if (Date.parse(item.valid_until) >= this.clock) out.now.push(item);
    }
    out.planned.sort((one, two) => one.valid_from.localeCompare(two.valid_from));
    return out;
  });
  shown = $derived(this.byTab[this.tab]);
  waiting = $derived(this.sorted.filter((item) => isWaiting(item, session.organisation)));
  alerts = $derived(this.sorted.filter((item) => isOpenAlert(item, this.clock)));

  get narrowCount(): number {
    return Object.values(this.narrow).filter(Boolean).length;
  }

  widen(): void {
    this.narrow = { ...NARROW_NONE };
    this.span = null;
  }

  async load(): Promise<void> {
    const run = ++this.#run;
    this.state = this.items.size > 0 ? 'ready' : 'loading';
    this.#readSeen();
    try {
      let cursor: string | null = null;
      const read = new Map<string, ItemSummary>();
      for (let page = 0; page < FIRST_PAGES; page += 1) {
        const answer: { items: ItemSummary[]; next: string | null } = await api.items(this.#filters(), cursor);
        if (run !== this.#run) return;
        for (const item of answer.items) read.set(item.id, item);
        cursor = answer.next;
        if (!cursor) break;
      }
      for (const id of [...this.items.keys()]) if (!read.has(id)) this.items.delete(id);
      for (const [id, item] of read) this.items.set(id, item);
      this.next = cursor;
      this.state = 'ready';
      this.problem = null;
    } catch (error) {
      if (run !== this.#run) return;
      this.problem = error instanceof Problem ? error : new Problem('unknown', 0, String(error));
      if (this.problem.status === 401) session.end();
      this.state = this.items.size > 0 ? 'ready' : 'error';
    }
  }

  async more(): Promise<void> {
    if (!this.next) return;
    const answer = await api.items(this.#filters(), this.next);
    for (const item of answer.items) this.items.set(item.id, item);
    this.next = answer.next;
  }

  /** A live item: new, changed, or acknowledged by someone. */
  arrive(item: ItemSummary): void {
    const known = this.items.get(item.id);
    if (known && known.version > item.version) return;
    // The stream says the same to all, so what depends on the reader is carried over.
    const replies = item.replies ?? known?.replies ?? 0;
    const same_source = item.same_source ?? known?.same_source ?? 0;
    this.items.set(item.id, { ...item, replies, same_source });
    if (!known && item.kind === 'reply') this.#answered(item);
    if (this.items.size > KEPT_MAX) this.#forgetOldest();
    if (known || item.originator === session.organisation) return;
    this.fresh.add(item.id);
    const text = { title: item.title, from: item.originator };
    if (item.kind === 'alert') announce.alert(t('live.alert', text));
    else announce.say(t('live.item', text));
  }

  /** A new reply shows at once on what it answers. */
  #answered(reply: ItemSummary): void {
    const root = this.items.get(reply.thread);
    if (root) this.items.set(root.id, { ...root, replies: (root.replies ?? 0) + 1 });
  }

  leave(id: string): void {
    this.items.delete(id);
    this.fresh.delete(id);
  }

  clear(): void {
    this.#run += 1;
    this.items.clear();
    this.fresh.clear();
    this.widen();
    this.tab = 'now';
    this.state = 'loading';
  }

  isUnread(item: ItemSummary): boolean {
    return item.originator !== session.organisation && !this.#seen.has(`${item.id}:${item.version}`);
  }

  markRead(item: { id: string; version: number }): void {
    this.fresh.delete(item.id);
    const mark = `${item.id}:${item.version}`;
    if (this.#seen.has(mark)) return;
    this.#seen.add(mark);
    try {
      localStorage.setItem(this.#seenName(), JSON.stringify([...this.#seen].slice(-SEEN_MAX)));
    } catch {
      // Unread marks are a convenience.
    }
  }

  #filters(): Filters {
    const { kind, zone, originator, urgency, unacknowledged } = this.narrow;
    return { kind, zone, originator, urgency, unacknowledged };
  }

  #fits(item: ItemSummary): boolean {
    const { kind, zone, originator, urgency, unacknowledged } = this.narrow;
    if (kind && item.kind !== kind) return false;
    if (zone && item.place?.zone !== zone) return false;
    if (originator && item.originator !== originator) return false;
    if (urgency && URGENCIES.indexOf(item.urgency) > URGENCIES.indexOf(urgency as Urgency)) return false;
    if (unacknowledged && item.acknowledged.includes(session.organisation)) return false;
    if (this.span) {
      const at = Date.parse(momentOf(item));
      if (at < this.span.from || at >= this.span.until) return false;
    }
    return true;
  }

  #seenName(): string {
    return `belfry.seen.${session.now?.member.id ?? ''}`;
  }

  #readSeen(): void {
    this.#seen.clear();
    try {
      const kept = JSON.parse(localStorage.getItem(this.#seenName()) ?? '[]') as string[];
      for (const mark of kept) this.#seen.add(mark);
    } catch {
      // Everything is unread.
    }
  }

  #forgetOldest(): void {
    const oldest = this.sorted.at(-1);
    if (oldest) this.items.delete(oldest.id);
  }
}

/** Whether its readers are expected to acknowledge it: alerts, recalls, and what needs action now. */
export function wantsAcknowledgement(item: ItemSummary): boolean {
  return item.kind === 'alert' || item.state === 'retracted' || item.urgency === 'immediate';
}

/** Whether an organisation is expected to act: acknowledge, or answer a request. */
export function isWaiting(item: ItemSummary, organisation: string): boolean {
  if (item.state === 'stale') return false;
  const asked = item.request?.to === organisation && ['open', 'overdue'].includes(item.request.state);
  const expected = item.awaiting.includes(organisation) && !item.acknowledged.includes(organisation);
  return asked || (expected && wantsAcknowledgement(item));
}

export function isOpenAlert(item: ItemSummary, now: number): boolean {
  return item.kind === 'alert' && item.state === 'current' && Date.parse(item.valid_until) >= now;
}

export const feed = new Feed();
