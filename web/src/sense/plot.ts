// Numbers of an observation as pictures: evidence as bars on one scale, levels as lines. Pure. Not here: how they are drawn.
import type { Evidence, LevelLine } from './types';

/** Nobody needs to see a weight of less than this: it changes the odds by a twentieth. */
const SLIGHT = 0.05;

export interface Weighed {
  speaks: Evidence[];
  against: Evidence[];
  missing: Evidence[];
  /** The heaviest weight either way: the width of the scale. */
  most: number;
}

/** What speaks for it, what against, and what is missing, each the heaviest first. */
export function weighed(evidence: Evidence[]): Weighed {
  const heaviest = [...evidence].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  return {
    speaks: heaviest.filter((one) => one.weight > SLIGHT),
    against: heaviest.filter((one) => one.weight < -SLIGHT),
    missing: heaviest.filter((one) => Math.abs(one.weight) <= SLIGHT),
    most: Math.max(1, ...evidence.map((one) => Math.abs(one.weight))),
  };
}

export interface Curve {
  sensor: string;
  points: string;
  /** The highest value, in dB over the background. */
  peak: number;
}

export interface Levels {
  curves: Curve[];
  /** Seconds around the sound that the plot shows. */
  from: number;
  until: number;
  /** The top of the scale, in dB. */
  top: number;
}

const TOP_DB_MIN = 30;

/** Levels as lines in a box, on one scale of time around the sound and one of dB over the background. */
export function levels(lines: LevelLine[], at: string, width: number, height: number): Levels {
  const zero = Date.parse(at);
  const begin = (line: LevelLine) => (Date.parse(line.from) - zero) / 1000;
  const end = (line: LevelLine) => begin(line) + (Math.max(line.over_background_db.length - 1, 1) * line.step_ms) / 1000;
  const from = Math.min(-1, ...lines.map(begin));
  const until = Math.max(1, ...lines.map(end));
  const top = Math.max(TOP_DB_MIN, ...lines.flatMap((line) => line.over_background_db));
  const x = (seconds: number) => round(((seconds - from) / (until - from)) * width);
  const y = (db: number) => round(height - (Math.min(Math.max(db, 0), top) / top) * height);
  const curves = lines.map((line) => ({
    sensor: line.sensor,
    points: line.over_background_db.map((db, index) => `${x(begin(line) + (index * line.step_ms) / 1000)},${y(db)}`).join(' '),
    peak: Math.max(0, ...line.over_background_db),
  }));
  return { curves: curves.sort((a, b) => b.peak - a.peak), from, until, top };
}

/** Where a moment lies on the scale of time, 0 to 1. */
export const across = (seconds: number, { from, until }: Levels): number => (seconds - from) / (until - from);

const round = (value: number) => Math.round(value * 10) / 10;
