// What of the page is about a street, and what is so now. Pure. Not here: words (say.ts).
import type { Measure, PublicPage, Span, Street, Streets } from './types';

const SUGGESTED_MAX = 8;

/** A text without capitals and accents, for comparing. */
export const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/[.'’-]/g, '').replace(/\s+/g, ' ').trim();

/** Streets whose name has the typed text: those that begin with it first, then those of which a word does. */
export function suggest(streets: Streets, typed: string): Street[] {
  const text = plain(typed);
  if (!text) return [];
  const rank = (name: string) => (name.startsWith(text) ? 0 : name.includes(` ${text}`) ? 1 : name.includes(text) ? 2 : 3);
  return streets.features
    .map((street) => ({ street, rank: rank(plain(street.properties.name)) }))
    .filter((one) => one.rank < 3)
    .sort((one, two) => one.rank - two.rank || one.street.properties.name.localeCompare(two.street.properties.name, 'nl'))
    .slice(0, SUGGESTED_MAX)
    .map((one) => one.street);
}

/** A street by its name, whatever its capitals and accents. */
export const find = (streets: Streets, name: string | null): Street | null =>
  (name && streets.features.find((street) => plain(street.properties.name) === plain(name))) || null;

const instant = (time: string) => Date.parse(time);
export const holds = (span: Span, now: number) => instant(span.from) <= now && now < instant(span.until);
/** The span in which a measure stands; else the next one. Nothing when all are over. */
export const span = (measure: Measure, now: number): Span | null => measure.spans.find((one) => now < instant(one.until)) ?? null;
export const stands = (measure: Measure, now: number) => measure.spans.some((one) => holds(one, now));

export interface Here {
  /** Closes the street or a part of it. */
  closed: Measure[];
  /** Noticed in the neighbourhood. */
  near: Measure[];
  /** Noticed in the whole area. */
  everywhere: Measure[];
}

/** What somebody in a street notices, each list with what stands first, then by when it begins. */
export function here(page: PublicPage, street: Street, now: number): Here {
  const { closed_by, neighbourhoods } = street.properties;
  const left = ordered(page.measures, now);
  const closed = left.filter((one) => closed_by.includes(one.id));
  const near = left.filter((one) => !closed.includes(one) && one.neighbourhoods.some((id) => neighbourhoods.includes(id)));
  return { closed, near, everywhere: left.filter((one) => one.everywhere && !closed.includes(one) && !near.includes(one)) };
}

/** What is not over: what stands first, then what closes streets, then by when it begins. */
export function ordered(measures: Measure[], now: number): Measure[] {
  const when = (measure: Measure) => instant(span(measure, now)?.from ?? '');
  return measures
    .filter((one) => span(one, now))
    .sort((one, two) => Number(stands(two, now)) - Number(stands(one, now)) || Number(two.closures.length > 0) - Number(one.closures.length > 0) || when(one) - when(two) || one.id.localeCompare(two.id));
}

export interface Lost { from: string; until: string; minutes: number; now: boolean }

/** The minutes a household of a street loses a day, for each stretch of time that is not over: those of the street itself,
 *  or where those are not known of the worst of its neighbourhoods. */
export function minutes(page: PublicPage, street: Street, now: number): Lost[] {
  const { name, neighbourhoods } = street.properties;
  return page.minutes
    .filter((one) => now < instant(one.until))
    .map((one) => {
      const own = one.streets.find((other) => other.of === name)?.minutes_per_household_per_day;
      const around = one.neighbourhoods.filter((other) => neighbourhoods.includes(other.of)).map((other) => other.minutes_per_household_per_day);
      return { from: one.from, until: one.until, minutes: own ?? Math.max(0, ...around), now: instant(one.from) <= now };
    });
}

export interface Turn { at: string; begins: Measure[]; ends: Measure[] }

/** What begins and ends from now on, in order of time; of some measures only if they are named. */
export function turns(page: PublicPage, now: number, only?: Measure[]): Turn[] {
  const named = (ids: string[]) =>
    ids.map((id) => page.measures.find((one) => one.id === id)).filter((one): one is Measure => !!one && (!only || only.includes(one)));
  return page.changes
    .filter((one) => now < instant(one.at))
    .map((one) => ({ at: one.at, begins: named(one.begins), ends: named(one.ends) }))
    .filter((one) => one.begins.length + one.ends.length > 0);
}
