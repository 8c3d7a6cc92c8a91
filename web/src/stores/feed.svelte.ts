// The items this member may see, kept live. Not here: how they are fetched (client.ts), narrowed (narrow.ts) or drawn
// (picture/), and the past (replay/).
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { api, Problem } from '../api/client';
import type { Filters, ItemSummary } from '../api/types';
import { announce } from './announce.svelte';
import { area } from './area.svelte';
import { asFilters, fitsNarrow, NARROW_NONE, narrowCount, type Narrow } from './narrow';
import { seen } from './seen.svelte';
import { session } from './session.svelte';
import { t } from '../i18n/index.svelte';

export const TABS = ['now', 'waiting', 'planned', 'all'] as const;
export type Tab = (typeof TABS)[number];

/** Pages read at the start; older ones come when asked for. */
const FIRST_PAGES = 3;
/** What must be known even when it is older than the first pages. */
const ALWAYS: Filters[] = [{ kind: 'alert', current: true }, { asked: true, current: true }, { planned: true }];
/** Items kept in memory; the oldest go first. */
const KEPT_MAX = 5_000;
/** Arrivals are shown together, so that a burst costs one drawing. */
const BURST_MS = 16;

interface Page {
  items: ItemSummary[];
  next: string | null;
}

class Feed {
  items = new SvelteMap<string, ItemSummary>();
  state = $state<'loading' | 'ready' | 'error'>('loading');
  problem = $state.raw<Problem | null>(null);
  next = $state<string | null>(null);
  tab = $state<Tab>('now');
  narrow = $state<Narrow>({ ...NARROW_NONE });
  /** Moves every half minute: items become current and stale by themselves. */
  clock = $state(Date.now());
  /** Items that came in live and were not opened yet. */
  fresh = new SvelteSet<string>();
  /** What the list has no gaps after. */
  #floor = $state('');
  #run = 0;
  #narrowRun = 0;
  /** Lists that are being read. */
  #reading = 0;
  #waiting: ItemSummary[] = [];
  #burst: ReturnType<typeof setTimeout> | undefined;
  /** What the stream said while a list was being read: the list may be older. */
  #meanwhile: Map<string, 'came' | 'went'> | null = null;

  /** Newest first. */
  sorted = $derived([...this.items.values()].sort((one, two) => (one.reported < two.reported ? 1 : -1)));
  narrowed = $derived(this.sorted.filter((item) => this.#fits(item)));
  byTab = $derived.by<Record<Tab, ItemSummary[]>>(() => {
    const out: Record<Tab, ItemSummary[]> = { now: [], waiting: [], planned: [], all: [] };
    const later: ItemSummary[] = [];
    for (const item of this.narrowed) {
      if (item.reported >= this.#floor || narrowCount(this.narrow) > 0) out.all.push(item);
      if (isWaiting(item, session.organisation)) out.waiting.push(item);
      if (item.kind === 'reply' || item.state === 'stale') continue;
      if (Date.parse(item.valid_from) > this.clock + 60_000) out.planned.push(item);
      else if (isOpenAlert(item, this.clock)) out.now.push(item);
      else if (Date.parse(item.valid_until) >= this.clock) later.push(item);
    }
    // Open alerts come first, whatever came in after them.
    out.now.push(...later);
    out.planned.sort((one, two) => (one.valid_from < two.valid_from ? -1 : 1));
    return out;
  });
  shown = $derived(this.byTab[this.tab]);
  waiting = $derived(this.sorted.filter((item) => isWaiting(item, session.organisation)));
  alerts = $derived(this.sorted.filter((item) => isOpenAlert(item, this.clock)));
  /** Alerts that came in while we looked, and that nobody opened here yet: newest first. */
  news = $derived(this.alerts.filter((item) => this.fresh.has(item.id)));

  get narrowCount(): number {
    return narrowCount(this.narrow);
  }

  widen(): void {
    this.narrow = { ...NARROW_NONE };
  }

  /** Reads everything anew: at the start, and after a gap that the stream could not fill. */
  async load(): Promise<void> {
    const run = ++this.#run;
    this.state = this.items.size > 0 ? 'ready' : 'loading';
    seen.open(session.now?.member.id ?? '');
    const whole = () => run === this.#run;
    await this.#listening(whole, async () => {
      const first = await this.#read({}, FIRST_PAGES, whole);
      if (!first) return;
      const pages = first.next ? await Promise.all(ALWAYS.map((filters) => api.items(filters))) : [];
      if (!whole()) return;
      const found = new Map([...pages.flatMap((page) => page.items), ...first.items].map((item) => [item.id, item]));
      for (const id of [...this.items.keys()]) if (!found.has(id) && this.#meanwhile?.get(id) !== 'came') this.items.delete(id);
      this.#keep([...found.values()]);
      this.#floor = first.next ? (first.items.at(-1)?.reported ?? '') : '';
      this.next = first.next;
      this.state = 'ready';
      this.problem = null;
    });
    if (whole() && this.state === 'ready' && narrowCount(this.#asked) > 0) await this.narrowDown();
  }

  /** The filters changed: what fits may be older than what is here. */
  async narrowDown(): Promise<void> {
    const run = ++this.#narrowRun;
    if (narrowCount(this.#asked) === 0) {
      if (this.narrowCount === 0) await this.load();
      return;
    }
    const wanted = () => run === this.#narrowRun;
    await this.#listening(wanted, async () => {
      const page = await this.#read(asFilters(this.narrow), 1, wanted);
      if (!page) return;
      this.#keep(page.items);
      this.next = page.next;
    });
  }

  async more(): Promise<void> {
    if (!this.next) return;
    const [run, narrowRun] = [this.#run, this.#narrowRun];
    const plain = this.narrowCount === 0;
    const answer = await api.items(plain ? {} : asFilters(this.narrow), this.next);
    if (run !== this.#run || narrowRun !== this.#narrowRun) return;
    this.#keep(answer.items);
    this.next = answer.next;
    if (plain) this.#floor = answer.next ? (answer.items.at(-1)?.reported ?? '') : '';
  }

  /** A live item: new, changed, or acknowledged by someone. */
  arrive(item: ItemSummary): void {
    this.#meanwhile?.set(item.id, 'came');
    this.#waiting.push(item);
    this.#burst ??= setTimeout(() => this.flush(), BURST_MS);
  }

  /** Shows what has arrived. */
  flush(): void {
    clearTimeout(this.#burst);
    this.#burst = undefined;
    for (const item of this.#waiting.splice(0)) this.#show(item);
  }

  leave(id: string): void {
    this.flush();
    this.#meanwhile?.set(id, 'went');
    this.items.delete(id);
    this.fresh.delete(id);
  }

  clear(): void {
    this.#run += 1;
    this.#narrowRun += 1;
    clearTimeout(this.#burst);
    this.#burst = undefined;
    this.#waiting = [];
    this.items.clear();
    this.fresh.clear();
    seen.open('');
    this.widen();
    this.tab = 'now';
    this.state = 'loading';
  }

  isUnread(item: ItemSummary): boolean {
    return item.originator !== session.organisation && !seen.has(item);
  }

  markRead(item: { id: string; version: number }): void {
    this.fresh.delete(item.id);
    seen.add([item]);
  }

  /** Nothing that is listed now is new any more. */
  markAllRead(): void {
    for (const item of this.shown) this.fresh.delete(item.id);
    seen.add(this.shown);
  }

  #show(item: ItemSummary): void {
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
    const text = { title: item.title, from: area.short(item.originator) };
    if (item.kind === 'alert') announce.alert(t('live.alert', text));
    else announce.say(t('live.item', text));
  }

  /** A new reply shows at once on what it answers. */
  #answered(reply: ItemSummary): void {
    const root = this.items.get(reply.thread);
    if (root) this.items.set(root.id, { ...root, replies: (root.replies ?? 0) + 1 });
  }

  /** The filters that the node knows. */
  get #asked(): Narrow {
    return { ...this.narrow, unread: false };
  }

  /** Reads a list, and remembers what the stream says in the meantime: the list may be older. */
  async #listening(wanted: () => boolean, read: () => Promise<void>): Promise<void> {
    this.#meanwhile ??= new Map();
    this.#reading += 1;
    try {
      await read();
    } catch (error) {
      if (wanted()) this.#failed(error);
    } finally {
      this.#reading -= 1;
      if (this.#reading === 0) this.#meanwhile = null;
    }
  }

  async #read(filters: Filters, pages: number, wanted: () => boolean): Promise<Page | null> {
    const items: ItemSummary[] = [];
    let next: string | null = null;
    for (let page = 0; page < pages; page += 1) {
      const answer: Page = await api.items(filters, next);
      if (!wanted()) return null;
      items.push(...answer.items);
      next = answer.next;
      if (!next) break;
    }
    return { items, next };
  }

  /** Takes in what a list said, unless the stream knows better. */
  #keep(items: ItemSummary[]): void {
    this.flush();
    for (const item of items) {
      const later = this.#meanwhile?.get(item.id);
      const known = this.items.get(item.id);
      if (later === 'went' || (later === 'came' && known && known.changed >= item.changed)) continue;
      this.items.set(item.id, item);
    }
  }

  #failed(error: unknown): void {
    this.problem = error instanceof Problem ? error : new Problem('unknown', 0, String(error));
    if (this.problem.status === 401) session.end();
    this.state = this.items.size > 0 ? 'ready' : 'error';
  }

  #fits(item: ItemSummary): boolean {
    if (!fitsNarrow(item, this.narrow)) return false;
    if (this.narrow.unacknowledged && item.acknowledged.includes(session.organisation)) return false;
    return !this.narrow.unread || this.isUnread(item);
  }

  #forgetOldest(): void {
    let oldest: ItemSummary | undefined;
    for (const item of this.items.values()) if (!oldest || item.reported < oldest.reported) oldest = item;
    if (oldest) this.leave(oldest.id);
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
