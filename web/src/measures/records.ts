// New records of a plan, as the screens make them: each says where it comes from and until when it holds. Not here: showing them.
import { session } from '../stores/session.svelte';
import type { Origin, ThreatLevel } from './types';

/** The instant of a time as a form has it. */
export const fromLocal = (local: string): string => new Date(local).toISOString();

/** Source, author, validity and class of a record that the reader states. */
export const origin = (source: string, from: string, until: string, publication: Origin['publication'] = 'partners'): Origin => ({
  source,
  author: session.now?.member.name ?? '',
  valid_from: from,
  valid_until: until,
  publication,
});

/** Levels of some zones. */
export const levelRecords = (zones: string[], level: number, from: string, until: string, why: string): ThreatLevel[] =>
  zones.map((zone) => ({ id: fresh('level'), zone, level, from, until, why, origin: origin(why, from, until) }));

/** An id that nothing else has. */
export const fresh = (kind: string): string => `${kind}-${crypto.randomUUID().slice(0, 13)}`;
