// The shapes the node answers with: names for what is generated from its description (schema.ts), and the lists of
// words that forms offer. Not here: how they are fetched (client.ts).
import type { components } from './schema';

export type Schemas = components['schemas'];

/** The node leaves out what is not there; it never says null for it. */
export type Present<T> = T extends readonly (infer Entry)[]
  ? Present<Entry>[]
  : T extends object
    ? { [Field in keyof T]: Present<Exclude<T[Field], null>> }
    : T;

/** A list of words that has every word of a type, or does not compile. */
export const every =
  <Word extends string>() =>
  <const List extends readonly Word[]>(...list: Exclude<Word, List[number]> extends never ? List : never): readonly Word[] =>
    list;

export type Name = Schemas['Name'];
export type Time = string;

export type Kind = Schemas['Kind'];
export const KINDS = every<Kind>()(
  'report', 'alert', 'request', 'reply', 'notice', 'observation', 'signal', 'assessment', 'decision', 'lesson',
);
export type Tlp = Schemas['Tlp'];
export const TLPS = every<Tlp>()('CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED');
export type Pap = Schemas['Pap'];
export const PAPS = every<Pap>()('CLEAR', 'GREEN', 'AMBER', 'RED');
export type Handling = Schemas['HandlingCode'];
export const HANDLING = every<Handling>()('H0', 'H1', 'H2', 'H3');
export type Retention = Schemas['Retention'];
export const RETENTIONS = every<Retention>()('brief', 'standard', 'extended', 'case');
export type Urgency = Schemas['Urgency'];
export const URGENCIES = every<Urgency>()('immediate', 'expected', 'future', 'past', 'unknown');
export type Severity = Schemas['Severity'];
export const SEVERITIES = every<Severity>()('extreme', 'severe', 'moderate', 'minor', 'unknown');
export type Certainty = Schemas['Certainty'];
export const CERTAINTIES = every<Certainty>()('observed', 'likely', 'possible', 'unlikely', 'unknown');
export type Reliability = Schemas['Reliability'];
export const RELIABILITIES = every<Reliability>()('A', 'B', 'C', 'D', 'E', 'F');
export type Role = Schemas['Role'];
export const ROLES = every<Role>()('member', 'analyst', 'operator', 'planner', 'coordinator', 'auditor', 'administrator');

export type Clause = Present<Schemas['Clause']>;
export type Marking = Present<Schemas['Marking']>;

type Position = [number, number];
export type Geometry =
  | { type: 'Point'; coordinates: Position }
  | { type: 'LineString'; coordinates: Position[] }
  | { type: 'Polygon'; coordinates: Position[][] };
export type Place = Omit<Present<Schemas['Place']>, 'geometry'> & { geometry?: Geometry };
/** With positions as pairs, which the description cannot say. */
type Placed<T> = Omit<T, 'place'> & { place?: Place };

export type Session = Present<Schemas['Session']>;
export type DemoMember = Present<Schemas['DemoMember']>;

export type Organisation = Present<Schemas['AreaOrganisation']>;
export type Community = Present<Schemas['AreaCommunity']>;
/** The outline of a site or zone: the outside first, then its holes. Each ring ends where it began. */
export interface Outline { type: 'Polygon'; coordinates: Position[][] }
export type Site = Omit<Present<Schemas['AreaSite']>, 'shape'> & { shape: Outline };
export type Zone = Omit<Present<Schemas['AreaZone']>, 'shape'> & { shape: Outline };
export type Purpose = Present<Schemas['AreaPurpose']>;
export type FourEyes = Present<Schemas['FourEyes']>;
export type Area = Omit<Present<Schemas['Area']>, 'bounds' | 'centre' | 'layers' | 'sites' | 'zones'> & {
  sites: Site[];
  zones: Zone[];
  bounds: [number, number, number, number];
  centre: Position;
  layers: GeoJSON.FeatureCollection;
};

export type ItemSummary = Placed<Present<Schemas['ItemSummary']>>;
export type ItemDetail = Placed<Present<Schemas['ItemDetail']>>;
/** One version as it was signed. */
export type ItemVersion = Omit<Present<Schemas['Item']>, 'content'> & { content: Content };
export type Attachment = Present<Schemas['Attachment']>;
export type Content = Placed<Present<Schemas['Content']>>;
export type Draft = Omit<Present<Schemas['Draft']>, 'content'> & { content: Content };
export type Reading = Present<Schemas['Reading']>;
export type Fault = Schemas['Fault'];

export type Audience = Present<Schemas['Preview']>;
export type AudienceRow = Present<Schemas['Group']>;

export interface Page<T> {
  items: T[];
  next: string | null;
}

export type Counts = Schemas['ItemCounts'];
export type Cluster = Schemas['ClusterView'];
export interface MapAnswer {
  items: ItemSummary[];
  clusters: Cluster[];
}

/** One version of one item for as long as it stood: what replay shows. */
export interface Span {
  item: string;
  version: number;
  kind: Kind;
  originator: string;
  title: string;
  tlp: Tlp;
  urgency: Urgency;
  severity: Severity;
  from: Time;
  until?: Time | null;
  ended?: 'amended' | 'recalled' | 'stale' | null;
  place?: { longitude?: number; latitude?: number; uncertainty_m?: number; site?: string; zone?: string };
}
/** How much there was, slice by slice: what the time bar draws. */
export interface Activity {
  from: Time;
  until: Time;
  buckets: { total: number; alerts: number }[];
}

export type DirectoryMember = Present<Schemas['DirectoryMember']>;
export type Member = Present<Schemas['Member']>;
export type AddedMember = Present<Schemas['AddedMember']>;
export type MemberChange = Partial<Present<Schemas['MemberChange']>>;
export type MemberKind = Schemas['MemberKind'];
export type Action = Schemas['Action'];
export const ACTIONS = every<Action>()('see', 'create', 'amend', 'release', 'retract', 'erase', 'acknowledge', 'restrict', 'administer', 'audit', 'watch', 'operate', 'plan');
export type Token = Present<Schemas['Token']>;
export type TokenMade = Present<Schemas['TokenMade']>;
export type OrganisationRow = Present<Schemas['Organisation']>;
export type AdmittedOrganisation = Present<Schemas['AdmittedOrganisation']>;
export type NewInvitation = Schemas['NewInvitation'];
export type Invitation = Schemas['Invitation'];
export type AccessRecord = Present<Schemas['AccessLine']>;
export type LedgerHealth = Present<Schemas['LedgerHealth']>;
export type Verification = Present<Schemas['Verification']>;
export type ErasureRequest = Present<Schemas['ErasureRequest']>;
export type RetentionView = Present<Schemas['RetentionView']>;
export type Policies = Present<Schemas['Policies']>;
export type Passkey = Present<Schemas['Passkey']>;
export type OrganisationKey = Present<Schemas['OrganisationKey']>;
export type Proof = Present<Schemas['Proof']>;
/** What is written and waits for a second person. */
export type WaitingDraft = Omit<Present<Schemas['DraftView']>, 'draft'> & { draft: Draft };

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
