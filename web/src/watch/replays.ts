// What a replay is asked, from what the form holds. Not here: the form (Replays.svelte).
import type { ModelChoices, ProfileBody, ReplayBody, Settings } from './types';

export const REPLAY_DAYS_MAX = 14;
const DAY_MS = 86_400_000;

export interface ReplaySaid {
  /** As fields for local time have them. */
  from: string;
  until: string;
  shift: Settings;
  profile: { id: string; profile: ProfileBody } | null;
  /** By language: the number of a model, '' for none; a language that is not named stays as it is. */
  models: Record<string, string>;
}

/** Only what is other than it is now. */
export function replayBody(said: ReplaySaid, now: Settings): ReplayBody {
  const body: ReplayBody = { from: new Date(said.from).toISOString(), until: new Date(said.until).toISOString() };
  if (said.shift.signals_per_shift !== now.signals_per_shift) body.signals_per_shift = said.shift.signals_per_shift;
  if (said.shift.shift_hours !== now.shift_hours) body.shift_hours = said.shift.shift_hours;
  if (said.profile) body.profile = said.profile;
  const models: ModelChoices = Object.fromEntries(Object.entries(said.models).map(([language, number]) => [language, number === '' ? null : Number(number)]));
  if (Object.keys(models).length > 0) body.models = models;
  return body;
}

export const changesNothing = (body: ReplayBody): boolean =>
  body.signals_per_shift === undefined && body.shift_hours === undefined && !body.profile && !body.models;

/** Whether a span can be replayed: it ends after it begins, and is not too long. */
export function spanFits(from: string, until: string): boolean {
  const length = Date.parse(until) - Date.parse(from);
  return length > 0 && length <= REPLAY_DAYS_MAX * DAY_MS;
}
