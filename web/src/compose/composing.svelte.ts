// What is being composed: the fields of the form, kept on this device until shared, and the draft they make.
// Not here: how fields look (the components beside it).
import type {
  Attachment, Certainty, Clause, Draft, Handling, ItemDetail, Kind, Pap, Place, Reliability, Retention, Session,
  Severity, Tlp, Urgency,
} from '../api/types';

export interface Fields {
  kind: Kind;
  parent: string | null;
  references: { item: string; relation: 'about'; title: string }[];
  title: string;
  text: string;
  observedFrom: string;
  observedUntil: string;
  validFrom: string;
  validUntil: string;
  place: Place | null;
  tlp: Tlp;
  organisations: string[];
  communities: string[];
  members: { id: string; name: string; organisation: string }[];
  purposes: string[];
  pap: Pap;
  handling: Handling[];
  retention: Retention;
  urgency: Urgency;
  severity: Severity;
  certainty: Certainty;
  reliability: Reliability;
  credibility: number;
  tags: string;
  sources: string;
  requestTo: string;
  requestDue: string;
  attachments: Attachment[];
}

interface Kept {
  key: string;
  fields: Fields;
  at: number;
}

/** How long a draft that was never shared stays on the device. */
const KEPT_MS = 7 * 86_400_000;

export const DEFAULT_HOURS: Record<Kind, number> = {
  alert: 6, observation: 12, signal: 24, request: 48, reply: 48, notice: 72,
  report: 168, assessment: 720, decision: 720, lesson: 8760,
};

export function emptyFields(kind: Kind, purposes: string[]): Fields {
  return {
    kind, parent: null, references: [], title: '', text: '', observedFrom: '', observedUntil: '', validFrom: '', validUntil: '',
    place: null, tlp: 'AMBER', organisations: [], communities: [], members: [], purposes, pap: 'GREEN', handling: [],
    retention: 'standard', urgency: kind === 'alert' ? 'immediate' : 'unknown', severity: 'unknown', certainty: 'unknown',
    reliability: 'F', credibility: 6, tags: '', sources: '', requestTo: '', requestDue: '', attachments: [],
  };
}

/** A reply begins with the marking of what it answers: never wider than its source. */
export function replyFields(to: ItemDetail, purposes: string[]): Fields {
  const clause = to.marking.audience?.[0] ?? {};
  return {
    ...emptyFields('reply', to.marking.purposes ?? purposes),
    parent: to.id,
    tlp: to.marking.tlp,
    pap: to.marking.pap ?? 'GREEN',
    handling: to.marking.handling ?? [],
    retention: to.marking.retention ?? 'standard',
    organisations: clause.organisations ?? [],
    communities: clause.communities ?? [],
    members: (clause.members ?? []).map((id) => ({ id, name: '', organisation: '' })),
  };
}

/** The draft that the fields make. Clauses beyond the first, of what is answered, are kept. */
export function draftOf(fields: Fields, language: string, parent: ItemDetail | null = null): Draft {
  const clause: Clause = {};
  const named = fields.tlp === 'AMBER' || fields.tlp === 'GREEN';
  if (fields.tlp === 'RED') {
    if (fields.members.length > 0) clause.members = fields.members.map((one) => one.id);
  } else if (fields.tlp !== 'CLEAR') {
    if (fields.organisations.length > 0) clause.organisations = fields.organisations;
    if (named && fields.communities.length > 0) clause.communities = fields.communities;
  }
  const audience = Object.keys(clause).length > 0 ? [clause] : [];
  audience.push(...(parent?.marking.audience ?? []).slice(1));
  const instant = (local: string) => (local ? new Date(local).toISOString() : undefined);
  const content: Draft['content'] = { title: fields.title.trim(), text: fields.text.trim(), language };
  const put = <K extends keyof Draft['content']>(name: K, value: Draft['content'][K] | undefined | '' | null) => {
    if (value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)) content[name] = value;
  };
  put('observed_from', instant(fields.observedFrom));
  put('observed_until', instant(fields.observedUntil));
  put('valid_from', instant(fields.validFrom));
  put('valid_until', instant(fields.validUntil));
  for (const name of ['urgency', 'severity', 'certainty', 'reliability', 'credibility'] as const) put(name, fields[name]);
  put('place', fields.place && Object.keys(fields.place).length > 0 ? fields.place : undefined);
  put('tags', words(fields.tags));
  put('sources', words(fields.sources));
  put('attachments', fields.attachments);
  put('references', fields.references.map(({ item, relation }) => ({ item, relation })));
  if (fields.kind === 'request' && fields.requestTo) {
    const due = instant(fields.requestDue);
    content.request = { to: fields.requestTo, ...(due && { due }) };
  }
  return {
    kind: fields.kind,
    ...(fields.parent && { parent: fields.parent }),
    content,
    marking: {
      tlp: fields.tlp, pap: fields.pap, handling: fields.handling, audience, purposes: fields.purposes, retention: fields.retention,
    },
  };
}

function words(text: string): string[] {
  return [...new Set(text.split(/[,;\n]/).map((word) => word.trim()).filter(Boolean))];
}

/** A name for one act of sharing: the same until it succeeds, so that nothing is shared twice. */
export const newKey = (): string => crypto.randomUUID();

const nameOf = (member: string, about: string) => `belfry.draft.${member}.${about || 'new'}`;

export function keepDraft(session: Session, about: string, key: string, fields: Fields): boolean {
  try {
    const kept: Kept = { key, fields, at: Date.now() };
    localStorage.setItem(nameOf(session.member.id, about), JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

export function keptDraft(session: Session, about: string): Kept | null {
  try {
    const kept = JSON.parse(localStorage.getItem(nameOf(session.member.id, about)) ?? 'null') as Kept | null;
    if (!kept || Date.now() - kept.at > KEPT_MS) return null;
    return { ...kept, fields: { ...emptyFields('report', []), ...kept.fields } };
  } catch {
    return null;
  }
}

export function dropDraft(session: Session, about: string): void {
  try {
    localStorage.removeItem(nameOf(session.member.id, about));
  } catch {
    // Nothing was kept.
  }
}

/** The audience a member used last, to begin the next report with. */
export function lastAudience(session: Session): { organisations: string[]; communities: string[] } | null {
  try {
    return JSON.parse(localStorage.getItem(`belfry.audience.${session.member.id}`) ?? 'null') as never;
  } catch {
    return null;
  }
}

export function keepAudience(session: Session, { organisations, communities }: Fields): void {
  try {
    localStorage.setItem(`belfry.audience.${session.member.id}`, JSON.stringify({ organisations, communities }));
  } catch {
    // A convenience.
  }
}
