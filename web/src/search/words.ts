// One box for everything: takes apart what was typed into text and what it says about kind, place, organisation and time.
// Pure. What stands in quotation marks is text, whatever it says. Not here: time words (times.ts), the answers (Search).
import type { Filters, Kind } from '../api/types';
import { timeOf, type Wall } from './times';

/** A name of a site, zone or organisation, as one may type it. */
export interface Known {
  field: 'site' | 'zone' | 'originator';
  id: string;
  names: string[];
}
/** What was understood, for the reader to see and take back. */
export interface Meant {
  field: 'time' | 'kind' | 'site' | 'zone' | 'originator' | 'urgency' | 'unacknowledged' | 'tag';
  value: string;
  /** The words as they were typed. */
  typed: string;
}
export interface Question {
  filters: Filters;
  meant: Meant[];
}

/** Plurals only: "fire alarm" is text, "alarmen" is a kind. */
const KIND_WORDS: Record<string, Kind> = {
  reports: 'report', meldingen: 'report', alerts: 'alert', alarmen: 'alert', requests: 'request', verzoeken: 'request', vragen: 'request',
  replies: 'reply', antwoorden: 'reply', notices: 'notice', aankondigingen: 'notice', observations: 'observation', waarnemingen: 'observation',
  signals: 'signal', signalen: 'signal', assessments: 'assessment', beoordelingen: 'assessment', decisions: 'decision', besluiten: 'decision',
  lessons: 'lesson', lessen: 'lesson',
};
const KIND_NAMES: Record<string, Kind> = {
  report: 'report', melding: 'report', alert: 'alert', alarm: 'alert', request: 'request', verzoek: 'request', vraag: 'request', reply: 'reply', antwoord: 'reply',
  notice: 'notice', aankondiging: 'notice', observation: 'observation', waarneming: 'observation', signal: 'signal', signaal: 'signal',
  assessment: 'assessment', beoordeling: 'assessment', decision: 'decision', besluit: 'decision', lesson: 'lesson', les: 'lesson',
};
const URGENT = ['urgent', 'dringend', 'spoed'];
const AT = ['at', 'near', 'in', 'bij', 'nabij'];
const FROM = ['from', 'by', 'van', 'door'];
const FIELDS: Record<string, Known['field'] | 'kind' | 'tag'> = {
  kind: 'kind', soort: 'kind', site: 'site', locatie: 'site', zone: 'zone', from: 'originator', van: 'originator', tag: 'tag', label: 'tag',
};

/** Takes a question apart. */
export function ask(typed: string, known: readonly Known[], wall: Wall): Question {
  const tokens = typed.match(/[^\s"]*"[^"]*"?|\S+/g) ?? [];
  const filters: Filters = {};
  const meant: Meant[] = [];
  const text: string[] = [];
  const take = (field: Meant['field'], value: string, words: string[]) => {
    meant.push({ field, value, typed: words.join(' ') });
    return words.length;
  };

  for (let at = 0; at < tokens.length; ) {
    const rest = tokens.slice(at);
    const word = (rest[0] ?? '').toLowerCase();
    const kind = KIND_WORDS[word];
    const time = filters.from ? null : timeOf(rest, wall);
    const named = place(rest, known);
    const tagged = field(rest[0] ?? '', known);
    if (time) {
      filters.from = new Date(time.from).toISOString();
      filters.until = new Date(time.until).toISOString();
      at += take('time', `${time.from}/${time.until}`, rest.slice(0, time.words));
    } else if (tagged?.field === 'tag') {
      text.push(`#"${tagged.value}"`);
      at += take('tag', tagged.value, rest.slice(0, 1));
    } else if (tagged && !filters[tagged.field]) {
      filters[tagged.field] = tagged.value;
      at += take(tagged.field, tagged.value, rest.slice(0, 1));
    } else if (named && !filters[named.field]) {
      filters[named.field] = named.id;
      at += take(named.field, named.id, rest.slice(0, named.words));
    } else if (kind && !filters.kind) {
      filters.kind = kind;
      at += take('kind', kind, rest.slice(0, 1));
    } else if (URGENT.includes(word) && !filters.urgency) {
      filters.urgency = 'immediate';
      at += take('urgency', 'immediate', rest.slice(0, 1));
    } else {
      text.push(rest[0] ?? '');
      at += 1;
    }
  }
  if (text.length > 0) filters.q = text.join(' ');
  return { filters, meant };
}

/** What was typed, with something that was understood turned into plain text. */
export function asText(typed: string, { typed: words }: Meant): string {
  return typed.replace(words, `"${words.replace(/^#|"/g, '')}"`);
}

/** What was typed, without something that was understood. */
export const without = (typed: string, { typed: words }: Meant): string => typed.replace(words, '').replace(/\s+/g, ' ').trim();

const plain = (text: string) => text.normalize('NFD').replace(/\p{Diacritic}/gu, '').toLowerCase().replace(/[^\p{L}\p{N} -]/gu, '');

/** "at Peace Palace", "van politie": the longest name that fits. */
function place(words: string[], known: readonly Known[]): (Known & { words: number }) | null {
  const before = (words[0] ?? '').toLowerCase();
  const wanted = AT.includes(before) ? ['site', 'zone'] : FROM.includes(before) ? ['originator'] : [];
  if (wanted.length === 0) return null;
  let best: (Known & { words: number }) | null = null;
  for (const one of known) {
    if (!wanted.includes(one.field)) continue;
    for (const name of one.names) {
      const count = name.split(/\s+/).length;
      if (plain(words.slice(1, 1 + count).join(' ')) === plain(name) && count + 1 > (best?.words ?? 0)) best = { ...one, words: count + 1 };
    }
  }
  return best;
}

/** "site:opcw", "kind:alert", "#firework", '#"fire alarm"'. */
function field(word: string, known: readonly Known[]): { field: Known['field'] | 'kind' | 'tag'; value: string } | null {
  if (/^#"?[\p{L}\p{N}]/u.test(word)) return { field: 'tag', value: word.slice(1).replace(/"/g, '') };
  const [name, raw] = [word.slice(0, word.indexOf(':')).toLowerCase(), word.slice(word.indexOf(':') + 1).replace(/"/g, '')];
  const wanted = word.includes(':') ? FIELDS[name] : undefined;
  if (!wanted || !raw) return null;
  if (wanted === 'tag') return { field: 'tag', value: raw };
  if (wanted === 'kind') {
    const kind = KIND_NAMES[raw.toLowerCase()] ?? KIND_WORDS[raw.toLowerCase()];
    return kind ? { field: 'kind', value: kind } : null;
  }
  const found = known.find((one) => one.field === wanted && (one.id === raw || one.names.some((other) => plain(other) === plain(raw))));
  return found ? { field: wanted, value: found.id } : null;
}
