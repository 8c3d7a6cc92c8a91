// The shapes the node answers with, in the words of the record. Not here: how they are fetched (client.ts).

export type Name = string | { en: string; nl: string };
export type Time = string;

export const KINDS = [
  'report', 'alert', 'request', 'reply', 'notice', 'observation', 'signal', 'assessment', 'decision', 'lesson',
] as const;
export type Kind = (typeof KINDS)[number];

export const TLPS = ['CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED'] as const;
export type Tlp = (typeof TLPS)[number];
export const PAPS = ['CLEAR', 'GREEN', 'AMBER', 'RED'] as const;
export type Pap = (typeof PAPS)[number];
export const HANDLING = ['H0', 'H1', 'H2', 'H3'] as const;
export type Handling = (typeof HANDLING)[number];
export const RETENTIONS = ['brief', 'standard', 'extended', 'case'] as const;
export type Retention = (typeof RETENTIONS)[number];
export const URGENCIES = ['immediate', 'expected', 'future', 'past', 'unknown'] as const;
export type Urgency = (typeof URGENCIES)[number];
export const SEVERITIES = ['extreme', 'severe', 'moderate', 'minor', 'unknown'] as const;
export type Severity = (typeof SEVERITIES)[number];
export const CERTAINTIES = ['observed', 'likely', 'possible', 'unlikely', 'unknown'] as const;
export type Certainty = (typeof CERTAINTIES)[number];
export const RELIABILITIES = ['A', 'B', 'C', 'D', 'E', 'F'] as const;
export type Reliability = (typeof RELIABILITIES)[number];

export interface Clause {
  organisations?: string[];
  communities?: string[];
  members?: string[];
}

export interface Marking {
  tlp: Tlp;
  pap?: Pap;
  handling?: Handling[];
  audience?: Clause[];
  purposes?: string[];
  retention?: Retention;
}

export type Geometry =
  | { type: 'Point'; coordinates: [number, number] }
  | { type: 'LineString'; coordinates: [number, number][] }
  | { type: 'Polygon'; coordinates: [number, number][][] };

export interface Place {
  geometry?: Geometry;
  uncertainty_m?: number;
  site?: string;
  zone?: string;
  name?: string;
}

export interface Session {
  member: { id: string; name: string; kind: string; roles: string[]; purposes: string[] };
  organisation: { id: string; name: Name; short: string };
  communities: string[];
  host: boolean;
  fresh_until: Time | null;
  expires: Time;
  demo: boolean;
  area: { id: string; name: Name };
}

export interface DemoMember {
  id: string;
  name: string;
  organisation: string;
  organisation_name: Name;
  roles: string[];
  purposes?: string[];
  note?: Name;
}

export interface Named {
  id: string;
  name: Name;
}

export interface Organisation extends Named {
  short: string;
  kind?: string;
}

export interface Community extends Named {
  organisations: string[];
}

export interface Purpose extends Named {
  help?: Name;
}

export interface Area extends Named {
  timezone?: string;
  notice?: Name;
  bounds: [number, number, number, number];
  centre?: [number, number];
  purposes: Purpose[];
  organisations: Organisation[];
  communities: Community[];
  sites: (Named & { organisation?: string })[];
  zones: Named[];
  layers: GeoJSON.FeatureCollection;
  four_eyes?: { organisation: string; kind?: Kind; severity?: Severity; tlp?: Tlp }[];
}

export interface RequestState {
  to: string;
  due?: Time;
  state: 'open' | 'answered' | 'closed' | 'overdue';
}

export interface ItemSummary {
  id: string;
  version: number;
  kind: Kind;
  thread: string;
  parent?: string;
  originator: string;
  author_name: string;
  reported: Time;
  changed: Time;
  title: string;
  excerpt: string;
  observed_from?: Time;
  observed_until?: Time;
  valid_from: Time;
  valid_until: Time;
  urgency: Urgency;
  severity: Severity;
  certainty: Certainty;
  reliability: Reliability;
  credibility: number;
  place?: Place;
  tags: string[];
  marking: Marking;
  state: 'current' | 'stale' | 'retracted';
  attachments: number;
  /** Absent in the stream, which says the same to all. */
  replies?: number;
  acknowledged: string[];
  awaiting: string[];
  request?: RequestState;
  /** Absent in the stream. */
  same_source?: number;
}

export interface Attachment {
  id: string;
  name: string;
  media_type: string;
  size_bytes: number;
  sha256: string;
}

export type Relation = 'rests_on' | 'about' | 'replaces';

export interface ItemDetail extends ItemSummary {
  text: string;
  language?: string;
  sources: string[];
  attachment_list: Attachment[];
  references: { item: string; relation: Relation; title: string }[];
  versions: { version: number; reported: Time; author_name: string; marking: Marking }[];
  acts: { deed: string; organisation: string; member_name?: string; at: Time; reason?: string }[];
  may: string[];
  readers: { people: number; organisations: number };
  proof: { entry: number; size: number; key_id: string; signed_by: string };
}

export interface Content {
  title: string;
  text: string;
  language?: string;
  observed_from?: Time;
  observed_until?: Time;
  valid_from?: Time;
  valid_until?: Time;
  urgency?: Urgency;
  severity?: Severity;
  certainty?: Certainty;
  reliability?: Reliability;
  credibility?: number;
  place?: Place;
  tags?: string[];
  sources?: string[];
  attachments?: Attachment[];
  references?: { item: string; relation: Relation }[];
  request?: { to: string; due?: Time };
}

export interface Draft {
  kind: Kind;
  parent?: string;
  content: Content;
  marking: Marking;
}

export interface Fault {
  path: string;
  what: string;
  mend: string;
}

export interface AudienceRow {
  organisation: string;
  people: number;
  devices: number;
  why: string;
  text: string;
}

export interface Audience {
  people: number;
  organisations: number;
  readers: AudienceRow[];
  /** Of those named, who still would not. */
  not: AudienceRow[];
  /** Organisations that would not learn that it exists. */
  unaware_organisations: number;
  warnings: { code: string; text: string; items: string[] }[];
  marking: Marking | null;
  needs_approval: boolean;
  faults: Fault[];
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface Counts {
  total: number;
  by_kind: Partial<Record<Kind, number>>;
  by_zone: Record<string, number>;
  by_originator: Record<string, number>;
  by_urgency: Partial<Record<Urgency, number>>;
  unacknowledged: number;
}

export interface Cluster {
  longitude: number;
  latitude: number;
  count: number;
  severity: Severity;
}

export interface MapAnswer {
  items: ItemSummary[];
  clusters: Cluster[];
}

export interface DirectoryMember {
  id: string;
  name: string;
  organisation: string;
  roles: string[];
}

export interface Member extends DirectoryMember {
  kind: string;
  purposes: string[];
  active: boolean;
}

/** A link that is told once. */
export interface NewInvitation {
  link: string;
  secret: string;
  expires: Time;
}

/** Who is invited. */
export interface Invitation {
  name: string;
  organisation: Name;
  expires: Time;
}

export interface AccessRecord {
  at: Time;
  members: { id: string; name: string }[];
  action: string;
  items: string[];
}

export interface Proof {
  format: string;
  item: string;
  entries: { kind: string; index: number; leaf: string; inclusion: string[] }[];
  checkpoint: string;
  checkpoint_key: string;
  keys: { organisation: string; key_id: string; public_key: string }[];
}

/** What is written and waits for a second person. */
export interface WaitingDraft {
  id: string;
  author: string;
  author_name: string;
  changed: Time;
  submitted: boolean;
  draft: Draft;
}

export interface Filters {
  kind?: string;
  zone?: string;
  site?: string;
  originator?: string;
  urgency?: string;
  severity?: string;
  unacknowledged?: boolean;
  current?: boolean;
  planned?: boolean;
  asked?: boolean;
  q?: string;
  from?: Time;
  until?: Time;
}
