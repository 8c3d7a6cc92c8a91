// What the mock node answers: the contract's shapes over a list in memory. Only for the mock.
import { randomUUID } from 'node:crypto';
import type { Area, Audience, AudienceRow, Draft, ItemDetail, ItemSummary, Marking, Name, Session } from '../src/api/types';
import type { MockMember } from './area';
import { story } from './story';

type Item = ItemDetail & { erased?: boolean };
interface Answer {
  status: number;
  json?: unknown;
  cookie?: string;
}
type Send = (event: string, data: unknown) => void;

const absent: Answer = { status: 404, json: { type: '/problems/not-found', title: 'Not found', status: 404 } };
const HOURS: Record<string, number> = { alert: 6, observation: 12, signal: 24, request: 48, reply: 48, notice: 72 };

export class Node {
  private items: Item[] = [];
  private listeners = new Map<Send, MockMember>();

  constructor(private area: Area, private members: MockMember[]) {
    for (const { by, minutes, draft, acknowledged } of story(area)) {
      const author = members.find((one) => one.handle === by);
      if (!author) continue;
      const item = this.make(draft, author, new Date(Date.now() - minutes * 60_000));
      for (const organisation of acknowledged ?? []) this.acknowledge(item, organisation);
    }
  }

  member(handle: string | undefined): MockMember | undefined {
    return this.members.find((one) => one.handle === handle);
  }

  listen(member: MockMember, send: Send): () => void {
    this.listeners.set(send, member);
    send('hello', { now: new Date().toISOString(), resumed: false });
    const timer = setInterval(() => send('hello', { now: new Date().toISOString(), resumed: true }), 15_000);
    return () => {
      clearInterval(timer);
      this.listeners.delete(send);
    };
  }

  answer(method: string, url: URL, who: string | undefined, body: unknown, fileName: string | undefined): Answer {
    const [, first = '', second = '', third = ''] = url.pathname.split('/');
    if (first === 'demo' && second === 'members') {
      const name = (id: string): Name => this.area.organisations.find((one) => one.id === id)?.name ?? id;
      const all = this.members.map((one) => ({ id: one.handle, name: one.name, organisation: one.organisation, organisation_name: name(one.organisation), roles: one.roles, note: one.shift }));
      return { status: 200, json: { items: all } };
    }
    if (first === 'demo') {
      const member = this.member((body as { member: string }).member);
      return member ? { status: 200, json: this.session(member), cookie: member.handle } : absent;
    }
    const member = this.member(who);
    if (first === 'session' && method === 'DELETE') return { status: 204, cookie: '' };
    if (!member) return { status: 401, json: { type: '/problems/unauthenticated', title: 'Not signed in', status: 401 } };
    const visible = this.items.filter((item) => !item.erased && this.reads(member, item)).reverse();
    if (first === 'session') return { status: 200, json: this.session(member) };
    if (first === 'area') return { status: 200, json: this.area };
    if (first === 'directory') return { status: 200, json: { items: this.members.map((one) => ({ ...one, id: one.handle })) } };
    if (first === 'audience') return { status: 200, json: this.audience(body as Draft, member) };
    if (first === 'drafts') return { status: 200, json: { drafts: [] } };
    if (first === 'attachments') {
      return { status: 201, json: { id: randomUUID(), name: decodeURIComponent(fileName ?? 'file'), media_type: 'application/octet-stream', size_bytes: (body as { size: number }).size, sha256: '0'.repeat(64) } };
    }
    if (first === 'map') return { status: 200, json: { items: visible.filter((item) => item.place), clusters: [] } };
    if (first === 'access') {
      if (!member.roles.includes('auditor')) return absent;
      const own = this.members.filter((one) => one.organisation === member.organisation);
      const records = this.items.slice(0, 20).map((item, index) => ({ at: item.reported, members: own.slice(index % own.length).slice(0, 1).map((one) => ({ id: one.handle, name: one.name })), action: ['list', 'open', 'stream'][index % 3], items: [item.id] }));
      return { status: 200, json: { records: records.reverse(), next: null } };
    }
    if (first === 'organisations' && third === 'members') {
      if (!member.roles.includes('administrator')) return absent;
      if (method === 'POST') return { status: 201, json: { id: 'new', name: 'New member', organisation: second, kind: 'person', roles: [], purposes: [], active: true, invitation: { link: `http://localhost/invitation/${randomUUID()}`, secret: 'x', expires: new Date(Date.now() + 86_400_000).toISOString() } } };
      return { status: 200, json: { items: this.members.filter((one) => one.organisation === second).map((one) => ({ ...one, id: one.handle, active: true })) } };
    }
    if (first !== 'items') return absent;
    const found = visible.filter((item) => matches(item, url.searchParams, member));
    if (second === 'count') return { status: 200, json: counts(found) };
    if (second === '' && method === 'GET') return { status: 200, json: { items: found, next: null } };
    if (second === '') {
      const item = this.make(body as Draft, member, new Date());
      this.tell(item);
      return { status: 201, json: this.seenBy(item, member) };
    }
    const item = visible.find((one) => one.id === second);
    return item ? this.about(item, third, method, body, member, visible) : absent;
  }

  private about(item: Item, what: string, method: string, body: unknown, member: MockMember, visible: Item[]): Answer {
    const reason = (body as { reason?: string } | undefined)?.reason ?? '';
    if (what === '') return { status: 200, json: this.seenBy(item, member) };
    if (what === 'thread') return { status: 200, json: { items: visible.filter((one) => one.thread === item.thread).reverse().map((one) => this.seenBy(one, member)) } };
    if (what === 'proof') return { status: 200, json: { checkpoint: `belfry.example/facts\n${this.items.length}\nx2pEwDFVs5SpvcPd0Hhnqk0KLZPqEHdGLl5cN2vMGqU=\n\n— belfry.example Az3grlgtzPICa5\n`, checkpoint_key: '', format: 'belfry-proof/1', item: item.id, entries: [], keys: [] } };
    if (method !== 'POST') return absent;
    if (what === 'acknowledge') this.acknowledge(item, member.organisation);
    if (what === 'retract') {
      item.state = 'retracted';
      item.awaiting = [...item.awaiting, ...item.acknowledged.filter((one) => one !== item.originator)];
      item.acknowledged = [item.originator];
      item.acts.push({ deed: 'retract', organisation: member.organisation, at: new Date().toISOString(), reason });
    }
    if (what === 'release') item.marking = (body as { marking: Marking }).marking;
    item.changed = new Date().toISOString();
    if (what === 'erase') {
      item.erased = true;
      for (const [send] of this.listeners) send('gone', { id: item.id });
    } else this.tell(item);
    return { status: 204 };
  }

  private make(draft: Draft, author: MockMember, at: Date): Item {
    const { content, marking, kind } = draft;
    const id = randomUUID();
    const parent = this.items.find((item) => item.id === draft.parent || item.title === draft.parent);
    const from = content.valid_from ?? at.toISOString();
    const until = content.valid_until ?? new Date(Date.parse(from) + (HOURS[kind] ?? 168) * 3_600_000).toISOString();
    const item: Item = {
      id, version: 1, kind, thread: parent?.thread ?? id, ...(parent && { parent: parent.id }), originator: author.organisation,
      author_name: author.name, reported: at.toISOString(), changed: at.toISOString(), title: content.title, text: content.text ?? '',
      excerpt: content.text ?? '', valid_from: from, valid_until: until, urgency: content.urgency ?? 'unknown',
      severity: content.severity ?? 'unknown', certainty: content.certainty ?? 'unknown', reliability: content.reliability ?? 'F',
      credibility: content.credibility ?? 6, ...(content.place && { place: content.place }), tags: content.tags ?? [], marking,
      state: Date.parse(until) < Date.now() ? 'stale' : 'current', attachments: content.attachments?.length ?? 0, replies: 0,
      acknowledged: [author.organisation], awaiting: [], same_source: 0, sources: content.sources ?? [],
      attachment_list: content.attachments ?? [], references: [], acts: [], may: [], readers: { people: 0, organisations: 0 },
      versions: [{ version: 1, reported: at.toISOString(), author_name: author.name, marking }],
      proof: { entry: 48_000 + this.items.length, size: 48_100, key_id: 'ed25519:7f3a91c2', signed_by: author.organisation },
      ...(content.observed_from && { observed_from: content.observed_from }),
      ...(content.request && { request: { ...content.request, state: content.request.due && Date.parse(content.request.due) < Date.now() ? 'overdue' : 'open' } }),
    };
    const readers = this.members.filter((one) => this.reads(one, item));
    item.readers = { people: readers.length, organisations: new Set(readers.map((one) => one.organisation)).size };
    if (kind === 'alert') item.awaiting = [...new Set(readers.map((one) => one.organisation))].filter((one) => one !== item.originator);
    if (parent) {
      parent.replies = (parent.replies ?? 0) + 1;
      if (parent.request?.to === item.originator) parent.request.state = 'answered';
    }
    for (const other of this.items) {
      if (!item.sources.some((source) => other.sources.includes(source))) continue;
      item.same_source = (item.same_source ?? 0) + 1;
      other.same_source = (other.same_source ?? 0) + 1;
    }
    this.items.push(item);
    return item;
  }

  private acknowledge(item: Item, organisation: string): void {
    item.acknowledged = [...new Set([...item.acknowledged, organisation])];
    item.awaiting = item.awaiting.filter((one) => one !== organisation);
  }

  private tell(item: Item): void {
    for (const [send, member] of this.listeners) if (this.reads(member, item)) send('item', item);
  }

  private seenBy(item: Item, member: MockMember): Item {
    const own = item.originator === member.organisation;
    return { ...item, may: own ? ['amend', 'release', 'retract', 'erase'] : ['acknowledge'] };
  }

  private why(member: MockMember, marking: Marking, originator: string): [boolean, string] {
    if ((marking.purposes ?? []).some((one) => !member.purposes.includes(one))) {
      const named = this.named(member, marking, originator);
      return [false, named === 'not-in-audience' ? named : 'purpose-missing'];
    }
    if (marking.tlp === 'CLEAR' || (marking.tlp === 'GREEN' && !marking.audience?.length)) return [true, 'everyone'];
    const named = this.named(member, marking, originator);
    return [named !== 'not-in-audience' && named !== 'not-named', named];
  }

  private named(member: MockMember, marking: Marking, originator: string): string {
    const clause = marking.audience?.[0] ?? {};
    if (marking.tlp === 'RED') return clause.members?.includes(member.handle) ? 'named' : 'not-named';
    if (member.organisation === originator) return 'originator';
    if (clause.organisations?.includes(member.organisation)) return 'organisation-named';
    const inside = this.area.communities.some((one) => clause.communities?.includes(one.id) && one.organisations.includes(member.organisation));
    return inside ? 'community-named' : 'not-in-audience';
  }

  private reads(member: MockMember, item: Item): boolean {
    return this.why(member, item.marking, item.originator)[0];
  }

  private audience(draft: Draft, author: MockMember): Audience {
    const rows = new Map<string, AudienceRow & { reads: boolean }>();
    for (const one of this.members) {
      const [reads, why] = this.why(one, draft.marking, author.organisation);
      const key = `${one.organisation} ${why}`;
      const row = rows.get(key) ?? { organisation: one.organisation, people: 0, devices: 0, why, text: why, reads };
      row.people += 1;
      rows.set(key, row);
    }
    const all = [...rows.values()];
    const readers = all.filter((row) => row.reads);
    const van = /\bvan\b/i.test(draft.content.title) ? this.items.filter((item) => /\bvan\b/i.test(item.title)).slice(0, 2) : [];
    return {
      people: readers.reduce((sum, row) => sum + row.people, 0), organisations: new Set(readers.map((row) => row.organisation)).size,
      readers, not: all.filter((row) => !row.reads && row.why !== 'not-in-audience' && row.why !== 'not-named'),
      unaware_organisations: this.area.organisations.length - new Set(readers.map((row) => row.organisation)).size,
      marking: draft.marking, needs_approval: false, faults: [],
      warnings: van.length > 0 ? [{ code: 'same-source', text: '', items: van.map((item) => item.id) }] : [],
    };
  }

  private session(member: MockMember): Session {
    const organisation = this.area.organisations.find((one) => one.id === member.organisation);
    return {
      member: { id: member.handle, name: member.name, kind: member.kind, roles: member.roles, purposes: member.purposes },
      organisation: { id: member.organisation, name: organisation?.name ?? '', short: organisation?.short ?? '' },
      communities: this.area.communities.filter((one) => one.organisations.includes(member.organisation)).map((one) => one.id),
      host: false, fresh_until: null, expires: new Date(Date.now() + 43_200_000).toISOString(), demo: true,
      area: { id: this.area.id, name: this.area.name },
    };
  }
}

function matches(item: Item, filters: URLSearchParams, member: MockMember): boolean {
  const get = (name: string) => filters.get(name);
  const text = `${item.title} ${item.text} ${item.tags.join(' ')} ${item.place?.name ?? ''}`.toLowerCase();
  return (
    (!get('kind') || item.kind === get('kind')) &&
    (!get('zone') || item.place?.zone === get('zone')) &&
    (!get('originator') || item.originator === get('originator')) &&
    (!get('urgency') || item.urgency === get('urgency')) &&
    (!get('unacknowledged') || !item.acknowledged.includes(member.organisation)) &&
    (!get('q') || (get('q') ?? '').toLowerCase().split(/\s+/).every((word) => text.includes(word)))
  );
}

function counts(items: ItemSummary[]) {
  const by = (key: (item: ItemSummary) => string | undefined) => {
    const out: Record<string, number> = {};
    for (const item of items) {
      const name = key(item);
      if (name) out[name] = (out[name] ?? 0) + 1;
    }
    return out;
  };
  return { total: items.length, by_kind: by((item) => item.kind), by_zone: by((item) => item.place?.zone), by_originator: by((item) => item.originator), by_urgency: by((item) => item.urgency), unacknowledged: 0 };
}
