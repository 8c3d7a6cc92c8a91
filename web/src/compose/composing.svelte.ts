// What is being composed: the fields of the form, kept on this device until shared, and the draft they make.
// Not here: how fields look (the components beside it).
import { area } from '../stores/area.svelte';
import { allPrompts } from './templates';
import type {
  Attachment, Certainty, Clause, Content, Draft, Handling, ItemDetail, Kind, Pap, Place, Reliability, Retention, Session,
  Severity, Tlp, Urgency,
} from '../api/types';

export interface Fields {
  kind: Kind;
  parent: string | null;
  references: { item: string; relation: 'about' | 'rests_on' | 'replaces'; title: string }[];
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
  /** Who is asked: several each get a request of their own. */
  asked: string[];
  requestDue: string;
  attachments: Attachment[];
}

export interface Kept {
  key: string;
  fields: Fields;
  at: number;
  /** What was sent and never answered: it may have arrived. */
  sent?: Draft[] | null;
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
    reliability: 'F', credibility: 6, tags: '', sources: '', asked: [], requestDue: '', attachments: [],
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

/** The fields of an item as it stands, to write its next version from. */
export function amendFields(item: ItemDetail, content: Content): Fields {
  const fields = replyFields(item, []);
  const request = content.request;
  return {
    ...fields,
    kind: item.kind,
    parent: item.parent ?? null,
    title: content.title,
    text: content.text ?? '',
    observedFrom: localTime(content.observed_from),
    observedUntil: localTime(content.observed_until),
    validFrom: localTime(content.valid_from),
    validUntil: localTime(content.valid_until),
    place: content.place ?? null,
    urgency: content.urgency ?? 'unknown',
    severity: content.severity ?? 'unknown',
    certainty: content.certainty ?? 'unknown',
    reliability: content.reliability ?? 'F',
    credibility: content.credibility ?? 6,
    tags: (content.tags ?? []).join(', '),
    sources: (content.sources ?? []).join(', '),
    asked: request ? [request.to] : [],
    requestDue: localTime(request?.due),
    attachments: content.attachments ?? [],
    references: (content.references ?? []).map((one) => ({
      ...one, title: item.references.find((known) => known.item === one.item)?.title ?? one.item,
    })),
  };
}

/** An instant as a field of date and time shows it, on the clock of this device; '' for none. */
export function localTime(instant: string | undefined): string {
  if (!instant) return '';
  const date = new Date(instant);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
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
  const content: Draft['content'] = { title: fields.title.trim(), text: withoutEmptyPrompts(fields.text, allPrompts()), language };
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
  const [to] = fields.asked;
  if (fields.kind === 'request' && to) {
    const due = instant(fields.requestDue);
    content.request = { to, ...(due && { due }) };
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

/** One draft per organisation that is asked. Several each get their own, and none is named in that of another. */
export function draftsOf(fields: Fields, language: string, parent: ItemDetail | null = null): Draft[] {
  if (fields.kind !== 'request' || fields.asked.length < 2) {
    // Who is asked can read the question.
    const named = fields.tlp === 'AMBER' || fields.tlp === 'AMBER+STRICT';
    const [to] = fields.asked;
    const covered = !to || fields.organisations.includes(to) || (fields.tlp === 'AMBER' && fields.communities.some((id) => area.community(id)?.organisations.includes(to)));
    const organisations = fields.kind === 'request' && named && to && !covered ? [...fields.organisations, to] : fields.organisations;
    return [draftOf({ ...fields, organisations }, language, parent)];
  }
  return fields.asked.map((to) => {
    const members = fields.members.filter((one) => one.organisation === to);
    return draftOf({ ...fields, asked: [to], organisations: [to], communities: [], members }, language, parent);
  });
}

/** Lines of a template that nobody filled in say nothing: they are not shared. */
export function withoutEmptyPrompts(text: string, prompts: string[]): string {
  const known = new Set(prompts.map((one) => one.trim()));
  return text.split('\n').filter((line) => !known.has(line.trim())).join('\n').replace(/\n{3,}/g, '\n\n').trim();
}

function words(text: string): string[] {
  return [...new Set(text.split(/[,;\n]/).map((word) => word.trim()).filter(Boolean))];
}

/** A name for one act of sharing: the same until it succeeds, so that nothing is shared twice. */
export const newKey = (): string => crypto.randomUUID();

const nameOf = (member: string, about: string) => `belfry.draft.${member}.${about || 'new'}`;

export function keepDraft(session: Session, about: string, key: string, fields: Fields, sent: Draft[] | null = null): boolean {
  try {
    const kept: Kept = { key, fields, sent, at: Date.now() };
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
