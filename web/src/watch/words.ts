// Small words of web monitoring. Not here: names of things (book.svelte.ts).
import { i18n, number } from '../i18n/index.svelte';
import type { Source, SourceFares, SourceState } from './types';

/** A source that is paused says so, also on a node that fetches nothing. */
export const stateOf = (source: Source, fares: SourceFares): SourceState => (source.paused ? 'paused' : fares.state);

/** "45 sec", "12 min", "3 hr" */
export function delay(seconds: number): string {
  const [value, unit] = seconds < 90 ? [seconds, 'second'] : seconds < 5400 ? [seconds / 60, 'minute'] : seconds < 172_800 ? [seconds / 3600, 'hour'] : [seconds / 86_400, 'day'];
  return new Intl.NumberFormat(i18n.locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 0 }).format(value);
}

/** 0.731 as "73 %" */
export const percent = (share: number): string => `${number(Math.round(share * 100))}\u00a0%`;

const names = new Map<string, Intl.DisplayNames>();
/** A language by its code, in the reader's words. */
export function languageName(code: string): string {
  let found = names.get(i18n.locale);
  if (!found) names.set(i18n.locale, (found = new Intl.DisplayNames(i18n.locale, { type: 'language', fallback: 'code' })));
  try {
    return found.of(code) ?? code;
  } catch {
    return code;
  }
}
