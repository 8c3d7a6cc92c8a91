// Plots as numbers: a score as a bar of its terms, days as a line, shares with their interval.
// Not here: how they are drawn.
import type { Point, Term } from './types';

export interface Segment {
  term: Term;
  /** Where it begins and how wide it is, in shares of the bar, 0 to 1. */
  start: number;
  width: number;
}

export interface Bar {
  /** Where nothing is. */
  zero: number;
  segments: Segment[];
  /** Where the sum and the threshold are. */
  total: number;
  threshold: number;
}

/** The terms side by side: what takes away to the left of zero, what adds to the right. The bar holds `widest` at least. */
export function bar(terms: Term[], threshold: number, widest = 0): Bar {
  const adds = terms.filter((one) => one.value > 0);
  const takes = terms.filter((one) => one.value < 0);
  const sum = (some: Term[]) => some.reduce((all, one) => all + Math.abs(one.value), 0);
  const [below, above] = [sum(takes), Math.max(sum(adds), threshold, widest, 0)];
  const whole = below + above || 1;
  const zero = below / whole;
  const segments: Segment[] = [];
  let at = zero;
  for (const term of adds) {
    segments.push({ term, start: at, width: term.value / whole });
    at += term.value / whole;
  }
  at = zero;
  for (const term of takes) {
    at -= -term.value / whole;
    segments.push({ term, start: at, width: -term.value / whole });
  }
  const total = terms.reduce((all, one) => all + one.value, 0);
  return { zero, segments, total: inside(zero + total / whole), threshold: inside(zero + threshold / whole) };
}

/** How many times a value fits on the scale on which its list is drawn: the largest fills it. */
export const share = (value: number, terms: Term[]): number => {
  const largest = Math.max(...terms.map((one) => Math.abs(one.value)), 0);
  return largest > 0 ? Math.abs(value) / largest : 0;
};

/** The points of a line over `values`, in a box; a flat line at the bottom when there is nothing. */
export function line(values: number[], width: number, height: number): string {
  if (values.length === 0) return '';
  const most = Math.max(...values, 1);
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const point = (value: number, at: number) => `${round(at * step)},${round(height - (value / most) * height)}`;
  return values.length > 1 ? values.map(point).join(' ') : `0,${round(height - ((values[0] ?? 0) / most) * height)} ${width},${round(height - ((values[0] ?? 0) / most) * height)}`;
}

/** The outline of the interval around a line of shares: along its upper ends, back along its lower ones. */
export function band(points: Point[], width: number, height: number): string {
  const spot = (share: number, at: number) => `${round(across(at, points.length, width))},${round((1 - share) * height)}`;
  const upper = points.map((one, at) => spot(one.high, at));
  const lower = points.map((one, at) => spot(one.low, at)).reverse();
  return [...upper, ...lower].join(' ');
}

export const shares = (points: Point[], width: number, height: number): string =>
  points.map((one, at) => `${round(across(at, points.length, width))},${round((1 - one.share) * height)}`).join(' ');

/** Days without anything are left out by the node: here they are zero, up to and with the last. */
export function days<T extends { day: string }>(known: T[], last: string, count: number, empty: Omit<T, 'day'>): T[] {
  const end = Date.parse(`${last}T00:00:00Z`);
  const byDay = new Map(known.map((one) => [one.day, one]));
  return Array.from({ length: count }, (_, at) => {
    const day = new Date(end - (count - 1 - at) * 86_400_000).toISOString().slice(0, 10);
    return byDay.get(day) ?? ({ ...empty, day } as T);
  });
}

const across = (at: number, count: number, width: number) => (count > 1 ? (at / (count - 1)) * width : width / 2);
const inside = (share: number) => Math.min(Math.max(share, 0), 1);
const round = (value: number) => Math.round(value * 10) / 10;
