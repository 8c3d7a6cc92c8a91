// The one way to the node: fetch with the session's cookie, JSON in and out, problems as errors.
// Not here: what screens do with the answers.
import type {
  AccessRecord, Activity, Area, Attachment, Audience, Counts, DemoMember, DirectoryMember, Draft, Fault, Filters, Invitation,
  ItemDetail, ItemSummary, ItemVersion, MapAnswer, Marking, Page, Proof, Reading, Session, Span, WaitingDraft,
} from './types';

const BASE = '/api/v1';

/** What the member consults for: said with every request, and kept in its access records. Empty: not said. */
export const consultation = { purpose: '' };

/** What went wrong, as the node says it (RFC 9457), or `offline` when it could not be reached. */
export class Problem extends Error {
  constructor(
    override readonly name: string,
    readonly status: number,
    readonly title: string,
    readonly detail = '',
    readonly faults: Fault[] = [],
  ) {
    super(detail || title);
  }
}

interface Options {
  method?: string;
  body?: unknown;
  raw?: Blob;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    const body = (await response.json()) as Record<string, unknown>;
    const name = String(body['type'] ?? '').replace('/problems/', '') || String(response.status);
    const faults = Array.isArray(body['faults']) ? (body['faults'] as Fault[]) : [];
    return new Problem(name, response.status, String(body['title'] ?? ''), String(body['detail'] ?? ''), faults);
  } catch {
    return new Problem(String(response.status), response.status, response.statusText);
  }
}

async function send(path: string, options: Options = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', ...options.headers };
  if (consultation.purpose) headers['Belfry-Purpose'] = consultation.purpose;
  let body: BodyInit | null = null;
  if (options.raw) {
    headers['Content-Type'] ??= 'application/octet-stream';
    body = options.raw;
  } else if (options.method && options.method !== 'GET') {
    headers['Content-Type'] = 'application/json';
    body = JSON.stringify(options.body ?? {});
  }
  let response: Response;
  try {
    response = await fetch(BASE + path, {
      method: options.method ?? 'GET',
      headers,
      body,
      credentials: 'same-origin',
      ...(options.signal && { signal: options.signal }),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem('offline', 0, 'The node cannot be reached');
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

export async function json<T>(path: string, options: Options = {}): Promise<T> {
  const response = await send(path, options);
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

export const text = async (path: string): Promise<string> => (await send(path, { headers: { Accept: 'text/plain' } })).text();

/** Sends a file as it is. */
export const file = <T>(path: string, content: Blob, type: string) =>
  json<T>(path, { method: 'POST', raw: content, headers: { 'Content-Type': type } });

/** `?name=value` of what is set; nothing when nothing is. */
export function query(values: object): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values) as [string, unknown][]) {
    if (value !== undefined && value !== null && value !== '' && value !== false) search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `?${text}` : '';
}

export const id = encodeURIComponent;
export const post = <T>(path: string, body: unknown = {}, more: Options = {}) => json<T>(path, { method: 'POST', body, ...more });

export const api = {
  session: () => json<Session>('/session'),
  signOut: () => json<void>('/session', { method: 'DELETE' }),
  /** The member's own preferences: one document, as the screens wrote it. */
  preferences: () => json<Record<string, unknown>>('/session/preferences'),
  savePreferences: (document: object) => json<void>('/session/preferences', { method: 'PUT', body: document }),
  demoMembers: async () => listOf<DemoMember>(await json('/demo/members')),
  demoSession: (member: string) => post<Session>('/demo/session', { member }),
  passkeyBegin: (reauthenticate: boolean) =>
    post<{ publicKey: unknown }>(`/session/passkey/begin${query({ reauthenticate })}`),
  passkeyFinish: (credential: unknown, reauthenticate: boolean) =>
    post<void>(`/session/passkey/finish${query({ reauthenticate })}`, credential),
  invitation: (secret: string) => json<Invitation>(`/invitations/${id(secret)}`),
  invitationBegin: (secret: string) => post<{ publicKey: unknown }>(`/invitations/${id(secret)}/passkey/begin`),
  /** With what the passkey is to be called. */
  invitationFinish: (secret: string, credential: object, name: string) =>
    post<void>(`/invitations/${id(secret)}/passkey/finish`, { ...credential, name }),

  area: () => json<Area>('/area'),
  directory: async (organisation?: string) =>
    listOf<DirectoryMember>(await json(`/directory/members${query({ organisation })}`)),

  items: (filters: Filters, cursor?: string | null, limit = 100, signal?: AbortSignal) =>
    json<Page<ItemSummary>>(`/items${query({ ...filters, cursor, limit })}`, signal ? { signal } : {}),
  counts: (filters: Filters) => json<Counts>(`/items/count${query(filters)}`),
  map: (bbox: number[], filters: Filters) =>
    json<MapAnswer>(`/map${query({ bbox: bbox.map((degrees) => degrees.toFixed(6)).join(','), ...filters })}`),
  /** How much there was in a period, in so many slices. */
  activity: (from: string, until: string, buckets: number) => json<Activity>(`/activity${query({ from, until, buckets })}`),
  /** What stood at some time in a period, oldest first. */
  replay: (from: string, until: string, cursor?: string | null) =>
    json<{ spans: Span[]; next: string | null }>(`/replay${query({ from, until, cursor })}`),
  item: (item: string) => json<ItemDetail>(`/items/${id(item)}`),
  versions: async (item: string) => (await json<{ versions: ItemVersion[] }>(`/items/${id(item)}/versions`)).versions,
  thread: async (item: string) => listOf<ItemDetail>(await json(`/items/${id(item)}/thread`)),
  proof: (item: string) => json<Proof>(`/items/${id(item)}/proof`),
  share: (draft: Draft, key: string) =>
    post<ItemDetail>('/items', draft, { headers: { 'Idempotency-Key': key } }),
  /** One request for each of several, in one transaction; none tells of the others. */
  requests: async (draft: Draft, to: string[], key: string) =>
    (await post<{ items: { to: string; item: string }[] }>('/requests', { draft, to }, { headers: { 'Idempotency-Key': key } })).items,
  /** A new version of an item, when its present one is still the one that was read. */
  amend: (item: string, version: number, { content, marking }: Draft) =>
    json<ItemDetail>(`/items/${id(item)}`, { method: 'PUT', body: { content, marking }, headers: { 'If-Match': `"${version}"` } }),
  readers: async (item: string) => (await json<{ records: Reading[] }>(`/items/${id(item)}/readers`)).records,
  restrict: (item: string, members: string[] | null) => post<ItemDetail>(`/items/${id(item)}/restrict`, { members }),
  /** Who would read a draft; of an amendment, with the item that it amends. */
  audience: (draft: Draft, signal?: AbortSignal, amends?: string) => post<Audience>(`/audience${query({ amends })}`, draft, signal ? { signal } : {}),
  acknowledge: (item: string) => post<void>(`/items/${id(item)}/acknowledge`),
  retract: (item: string, reason: string) => post<ItemDetail>(`/items/${id(item)}/retract`, { reason }),
  release: (item: string, reason: string, marking: Marking) =>
    post<ItemDetail>(`/items/${id(item)}/release`, { reason, marking }),
  close: (item: string, reason: string) => post<ItemDetail>(`/items/${id(item)}/close`, { reason }),
  discard: (draft: string) => json<void>(`/drafts/${id(draft)}`, { method: 'DELETE' }),
  erase: (item: string, reason: string) => post<void>(`/items/${id(item)}/erase`, { reason }),
  attach: (file: File) =>
    json<Attachment>('/attachments', {
      method: 'POST', raw: file, headers: { 'X-File-Name': encodeURIComponent(file.name || 'pasted') },
    }),
  attachmentUrl: (item: string, attachment: string) =>
    `${BASE}/items/${id(item)}/attachments/${id(attachment)}${query({ purpose: consultation.purpose })}`,
  streamUrl: () => `${BASE}/stream${query({ purpose: consultation.purpose })}`,

  drafts: async () => (await json<{ drafts: WaitingDraft[] }>('/drafts')).drafts,
  /** Keeps a draft on the node and asks a colleague to approve it. */
  submit: async (draft: Draft) => {
    const { id: made } = await post<{ id: string }>('/drafts', draft);
    await post<void>(`/drafts/${id(made)}/submit`);
  },
  approve: (draft: string) => post<ItemDetail>(`/drafts/${id(draft)}/share`),

  access: (filters: { item?: string; member?: string; action?: string; purpose?: string; from?: string; until?: string }, cursor?: string | null) =>
    json<{ records: AccessRecord[]; next: string | null }>(`/access${query({ ...filters, cursor })}`),
};

/** A list answered as `{ items }` or as a bare array. */
export function listOf<T>(answer: unknown): T[] {
  if (Array.isArray(answer)) return answer as T[];
  const items = (answer as { items?: T[] } | undefined)?.items;
  return items ?? [];
}
