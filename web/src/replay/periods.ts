// The periods a time bar can show, cut into slices that begin on round times. Pure.

export interface Period {
  from: number;
  until: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const LENGTHS = ['1h', '6h', '24h', '7d', '30d'] as const;
export type Length = (typeof LENGTHS)[number];

/** How long a period is, how long a slice of it, and how far one key press goes; in milliseconds. */
export const MEASURES: Record<Length, { period: number; slice: number; step: number }> = {
  '1h': { period: HOUR, slice: MINUTE, step: MINUTE / 4 },
  '6h': { period: 6 * HOUR, slice: 5 * MINUTE, step: MINUTE },
  '24h': { period: DAY, slice: 15 * MINUTE, step: 5 * MINUTE },
  '7d': { period: 7 * DAY, slice: 2 * HOUR, step: 30 * MINUTE },
  '30d': { period: 30 * DAY, slice: 6 * HOUR, step: 2 * HOUR },
};

export const SPEEDS = [1, 10, 60, 300, 600] as const;

/** The period that ends with the slice a moment is in. */
export function ending(moment: number, length: Length): Period {
  const { period, slice } = MEASURES[length];
  const until = (Math.floor(moment / slice) + 1) * slice;
  return { from: until - period, until };
}

/** The period that shows a moment in its middle, but never goes past now. */
export function around(moment: number, now: number, length: Length): Period {
  return ending(Math.min(now, moment + MEASURES[length].period / 2), length);
}

/** What has to be known to move through a period: all of it, or a day around the moment when it is long. */
export function needed(period: Period, moment: number): Period {
  if (period.until - period.from <= DAY) return period;
  const from = Math.floor(moment / (DAY / 2)) * (DAY / 2) - DAY / 4;
  return { from, until: from + DAY };
}

/** Whether a period has all of another. */
export const covers = (one: Period | null, other: Period): boolean =>
  one !== null && one.from <= other.from && one.until >= other.until;

/** Times to write under the bar: about so many, on round hours or days of the reader's own clock. */
export function ticks({ from, until }: Period, offset_ms: number, about = 8): number[] {
  const steps = [5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440, 2880, 7200].map((minutes) => minutes * MINUTE);
  const step = steps.find((one) => (until - from) / one <= about) ?? 7200 * MINUTE;
  const first = Math.ceil((from + offset_ms) / step) * step - offset_ms;
  const found: number[] = [];
  for (let at = first; at < until; at += step) found.push(at);
  return found;
}

/** The reader's way of reading a moment from an address: an instant, or null when it is none. */
export function moment(text: string | null): number | null {
  if (!text) return null;
  const at = Date.parse(text);
  return Number.isFinite(at) ? at : null;
}

/** How a moment is written in an address: whole seconds, UTC. */
export const written = (at: number): string => new Date(Math.floor(at / 1000) * 1000).toISOString().replace('.000', '');
