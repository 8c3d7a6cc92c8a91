// What is said of a case: its fields and its end. Not here: the forms (CaseFields.svelte).
import { localTime } from '../compose/composing.svelte';

export interface CaseSaid {
  name: string;
  purpose: string;
  reason: string;
  /** As a field for local time has it. */
  until: string;
}

export const CASE_FIELDS = ['name', 'purpose', 'reason', 'until'] as const;
/** Longest time from the day a case is opened. */
export const CASE_DAYS_MAX = 366;
const DAY_MS = 86_400_000;

export const caseReady = ({ name, purpose, reason, until }: CaseSaid): boolean =>
  name.trim() !== '' && purpose !== '' && reason.trim() !== '' && until !== '';

/** So many days from a time, as a field for local time has it. */
export const endAfter = (days: number, from: number = Date.now()): string => localTime(new Date(from + days * DAY_MS).toISOString());

/** The end as the node takes it; a minute less than the longest, as its clock may be a little behind. */
export function isoOf(until: string, opened: number): string {
  const latest = opened + CASE_DAYS_MAX * DAY_MS - 60_000;
  return new Date(Math.min(new Date(until).getTime(), latest)).toISOString();
}
