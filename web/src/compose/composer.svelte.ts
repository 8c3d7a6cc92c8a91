// What happens between an empty form and a shared item: where the text comes from, who would read it, and sending it
// once. Not here: the fields and the drafts they make (composing.svelte.ts), how it looks (screens/Compose.svelte).
import { api, Problem } from '../api/client';
import type { Audience, Draft, Fault, ItemDetail, Kind, Session } from '../api/types';
import { i18n, t } from '../i18n/index.svelte';
import { problemText } from '../parts/problem';
import { router } from '../router.svelte';
import { announce } from '../stores/announce.svelte';
import { area } from '../stores/area.svelte';
import { feed } from '../stores/feed.svelte';
import {
  amendFields, draftsOf, dropDraft, emptyFields, keepAudience, keepDraft, keptDraft, lastAudience, newKey, replyFields,
  type Fields,
} from './composing.svelte';
import { gathered } from './gather';

export type Mode = 'new' | 'reply' | 'about' | 'amend' | 'gather' | 'signal' | 'observation' | 'decision';

/** The audience of one request among several. */
export interface Asked {
  organisation: string;
  audience: Audience;
}

export class Composer {
  readonly mode: Mode;
  readonly slot: string;
  readonly #session: Session;
  readonly #query: URLSearchParams;
  readonly #source: string;
  fields = $state<Fields>(emptyFields('report', []));
  parent = $state.raw<ItemDetail | null>(null);
  problem = $state.raw<unknown>(null);
  ready = $state(false);
  restored = $state(false);
  busy = $state(false);
  fault = $state('');
  faults = $state.raw<Fault[]>([]);
  audience = $state.raw<Audience | null>(null);
  asked = $state.raw<Asked[]>([]);
  audienceFault = $state('');
  stale = $state(false);
  /** Sent without an answer: it may have arrived. */
  waiting = $state(false);
  #key = newKey();
  #sent: Draft[] | null = null;

  constructor(session: Session, query: URLSearchParams) {
    this.#session = session;
    this.#query = query;
    const [mode, source] = modeOf(query);
    this.mode = mode;
    this.#source = source;
    this.slot = mode === 'new' ? '' : `${mode}.${source.slice(0, 60)}`;
    this.fields = this.#first();
    void this.begin();
  }

  /** The drafts as they stand: one, or one per organisation that is asked. */
  get drafts(): Draft[] {
    const kept = this.mode === 'reply' || this.mode === 'amend' ? this.parent : null;
    return draftsOf(this.fields, i18n.language, kept);
  }

  get people(): number | null {
    if (this.stale) return null;
    if (this.asked.length > 0) return this.asked.reduce((sum, one) => sum + readersOf(one), 0);
    return this.audience?.people ?? null;
  }

  get needsApproval(): boolean {
    return this.audience?.needs_approval === true || this.asked.some((one) => one.audience.needs_approval);
  }

  #first(): Fields {
    const held = this.#session.member.purposes;
    const kind = (this.#query.get('kind') as Kind | null) ?? 'report';
    const fresh = emptyFields(kind, held.includes('site-security') ? ['site-security'] : held.slice(0, 1));
    return { ...fresh, ...(lastAudience(this.#session) ?? { communities: this.#nearest() }) };
  }

  /** The smallest group one belongs to: begin narrow, widen on purpose. */
  #nearest(): string[] {
    const own = (area.now?.communities ?? []).filter((one) => this.#session.communities.includes(one.id));
    const [first] = own.sort((one, two) => one.organisations.length - two.organisations.length);
    return first ? [first.id] : [];
  }

  async begin(): Promise<void> {
    try {
      const fields = await this.#begun();
      const kept = keptDraft(this.#session, this.slot);
      if (kept && (kept.fields.title || kept.fields.text)) {
        this.fields = kept.fields;
        this.#key = kept.key;
        this.#sent = kept.sent ?? null;
        this.waiting = this.#sent !== null;
        this.restored = true;
      } else {
        this.fields = fields;
      }
      this.ready = true;
    } catch (error) {
      this.problem = error;
    }
  }

  async #begun(): Promise<Fields> {
    const fresh = this.#first();
    if (this.mode === 'gather') return gathered(fresh, this.#source.split(',').filter(Boolean));
    // Web monitoring and Eye and Ear are parts of their own, and loaded for who works with them only.
    if (this.mode === 'signal') return (await import('../watch/share')).signalFields(fresh, this.#source);
    if (this.mode === 'observation') return (await import('../sense/share')).observationFields(fresh, this.#source);
    if (this.mode === 'decision') return (await import('../measures/share')).decisionFields(fresh, this.#source);
    if (!this.#source) return fresh;
    const parent = await api.item(this.#source);
    this.parent = parent;
    if (this.mode === 'amend') return amendFields(parent, (await api.versions(parent.id)).at(-1)?.content ?? { title: parent.title });
    const like = replyFields(parent, fresh.purposes);
    if (this.mode === 'reply') return { ...like, title: t('compose.re', { title: parent.title }).slice(0, 200) };
    return {
      ...like, kind: fresh.kind, parent: null, place: parent.place ?? null,
      asked: parent.originator === this.#session.organisation.id ? [] : [parent.originator],
      references: [{ item: parent.id, relation: 'about', title: parent.title }],
    };
  }

  /** Kept on this device, so that a reload or a flat battery loses nothing. */
  keep(fields: Fields): void {
    if (fields.title || fields.text || fields.attachments.length > 0) keepDraft(this.#session, this.slot, this.#key, fields, this.#sent);
  }

  /** Looks up who would read it. Title and text only count for the warnings about likeness. */
  async preview(drafts: Draft[], signal: AbortSignal): Promise<void> {
    try {
      const shown = drafts.map((one) => ({
        ...one,
        // A request nobody is asked yet is looked at as the report it would be: its audience is the same.
        kind: one.kind === 'request' && !one.content.request ? ('report' as const) : one.kind,
        content: { ...one.content, title: one.content.title || '…' },
      }));
      const amends = this.mode === 'amend' ? this.parent?.id : undefined;
      const answers = await Promise.all(shown.map((one) => api.audience(one, signal, amends)));
      this.audience = answers[0] ?? null;
      this.asked = answers.length < 2 ? [] : answers.map((audience, at) => ({ audience, organisation: drafts[at]?.content.request?.to ?? '' }));
      this.audienceFault = '';
      this.stale = false;
    } catch (error) {
      if (signal.aborted) return;
      this.audience = null;
      this.asked = [];
      this.audienceFault = problemText(error);
      this.stale = false;
    }
  }

  async share(): Promise<void> {
    if (this.busy) return;
    this.fault = '';
    this.faults = this.#missing();
    if (this.faults.length > 0) return;
    this.busy = true;
    try {
      if (this.mode === 'amend' && this.parent) await this.#amend(this.parent);
      else if (this.needsApproval) await this.#submit();
      else await this.#send();
    } catch (error) {
      if (error instanceof Problem) this.faults = error.faults;
      const offline = error instanceof Problem && error.name === 'offline';
      this.waiting = offline;
      this.fault = offline ? t('compose.offline') : problemText(error);
      this.keep($state.snapshot(this.fields) as Fields);
    } finally {
      this.busy = false;
    }
  }

  #missing(): Fault[] {
    const faults: Fault[] = [];
    if (!this.fields.title.trim()) faults.push({ path: 'content.title', what: t('compose.title.missing'), mend: '' });
    if (this.fields.kind === 'request' && this.fields.asked.length === 0) faults.push({ path: 'content.request', what: t('compose.to.missing'), mend: '' });
    return faults;
  }

  async #amend(parent: ItemDetail): Promise<void> {
    const [draft] = this.drafts;
    if (!draft) return;
    const amended = await api.amend(parent.id, parent.version, draft);
    dropDraft(this.#session, this.slot);
    feed.arrive(amended);
    feed.markRead(amended);
    announce.show(t('compose.amended', { version: amended.version }));
    router.go(`/item/${parent.id}`);
  }

  async #submit(): Promise<void> {
    for (const draft of this.drafts) await api.submit(draft);
    dropDraft(this.#session, this.slot);
    announce.show(t('compose.submitted'));
    router.go('/drafts');
  }

  /** Under a name that stays the same until it is answered: sent again, it is not shared again. */
  async #send(): Promise<void> {
    const drafts = this.drafts;
    const before = this.#sent;
    this.#sent = drafts;
    this.keep($state.snapshot(this.fields) as Fields);
    const shared = await this.#shared(drafts, before);
    this.#sent = null;
    dropDraft(this.#session, this.slot);
    if (this.mode === 'new' && drafts.length === 1) keepAudience(this.#session, this.fields);
    for (const one of shared) {
      feed.arrive(one);
      feed.markRead(one);
    }
    const people = shared.length > 1 ? this.people ?? 0 : (shared[0]?.readers?.people ?? 0);
    announce.show(shared.length > 1 ? t('compose.asked', { count: shared.length }) : t('compose.shared', { people: t('count.people', { count: people }) }));
    if (this.mode === 'signal' && shared[0]) {
      await (await import('../watch/share')).noteShared(this.#source, shared[0].id);
      router.go(`/watch/signal/${encodeURIComponent(this.#source)}`);
      return;
    }
    if (this.mode === 'observation' && shared[0]) {
      await (await import('../sense/share')).noteShared(this.#source, shared[0].id);
      router.go(`/sense/observation/${encodeURIComponent(this.#source)}`);
      return;
    }
    router.go(this.mode === 'reply' ? `/item/${this.#source}` : `/item/${shared[0]?.id ?? ''}`);
  }

  async #shared(drafts: Draft[], before: Draft[] | null): Promise<ItemDetail[]> {
    const [first] = drafts;
    // Persons are named per organisation, and a file belongs to one item: those are shared one by one.
    const apart = first?.marking.tlp === 'RED' || (first?.content.attachments ?? []).length > 0;
    if (first && drafts.length > 1 && !apart) return this.#askAll(drafts, before);
    const shared: ItemDetail[] = [];
    for (const [at, draft] of drafts.entries()) {
      const to = draft.content.request?.to ?? '';
      shared.push(await this.#once(draft, drafts.length > 1 ? `${this.#key}.${to}` : this.#key, before?.[at]));
    }
    return shared;
  }

  /** All of them or none, in one transaction. */
  async #askAll(drafts: Draft[], before: Draft[] | null): Promise<ItemDetail[]> {
    const ask = async (some: Draft[]) => {
      const [first] = some;
      return first ? api.requests(first, some.map(askedOf), this.#key) : [];
    };
    try {
      const made = await ask(drafts);
      return await Promise.all(made.map((one) => api.item(one.item)));
    } catch (error) {
      if (!(error instanceof Problem) || error.name !== 'conflict' || !before) throw error;
      const arrived = await ask(before);
      return Promise.all(arrived.map(async ({ to, item }) => {
        const now = await api.item(item);
        const draft = drafts.find((one) => askedOf(one) === to);
        return draft ? api.amend(item, now.version, draft) : now;
      }));
    }
  }

  /** What was changed after an attempt that did arrive becomes the next version of what arrived. */
  async #once(draft: Draft, key: string, before: Draft | undefined): Promise<ItemDetail> {
    try {
      return await api.share(draft, key);
    } catch (error) {
      if (!(error instanceof Problem) || error.name !== 'conflict' || !before) throw error;
      const arrived = await api.share(before, key);
      return api.amend(arrived.id, arrived.version, draft);
    }
  }

  startOver(): void {
    dropDraft(this.#session, this.slot);
    this.#key = newKey();
    this.#sent = null;
    this.waiting = false;
    this.restored = false;
    this.fault = '';
    this.faults = [];
    this.fields = this.#first();
    void this.begin();
  }
}

const askedOf = (draft: Draft): string => draft.content.request?.to ?? '';

function modeOf(query: URLSearchParams): [Mode, string] {
  for (const mode of ['reply', 'about', 'amend', 'gather', 'signal', 'observation', 'decision'] as const) {
    const source = query.get(mode);
    if (source) return [mode, source];
  }
  return ['new', ''];
}

/** How many of the organisation that is asked would read its request. */
export const readersOf = ({ organisation, audience }: Asked): number =>
  audience.readers.filter((row) => row.organisation === organisation).reduce((sum, row) => sum + row.people, 0);
