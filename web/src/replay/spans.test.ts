// A moment shows exactly the spans that hold it, however the hand came there; a day of 20,000 items stays quick.
import { describe, expect, it } from 'vitest';
import type { Kind, Span } from '../api/types';
import { Scene } from './scene';
import { Spans } from './spans';

const DAY = Date.parse('2026-11-23T00:00:00Z');
const DAY_MS = 86_400_000;
const BOUNDS: [number, number, number, number] = [4.26, 52.07, 4.32, 52.11];

const span = (item: string, from: number, until: number | null, more: Partial<Span> = {}): Span => ({
  item, version: 1, kind: 'report', originator: 'opcw', title: item, tlp: 'GREEN', urgency: 'unknown', severity: 'minor',
  from: new Date(from).toISOString(), until: until === null ? null : new Date(until).toISOString(), ended: null,
  place: { longitude: 4.28, latitude: 52.09 }, ...more,
});

/** The same days for the same seed (mulberry32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function aDay(count: number, seed = 1): Span[] {
  const roll = dice(seed);
  return Array.from({ length: count }, (_, index) => {
    const from = DAY + Math.floor(roll() * DAY_MS);
    const long = Math.floor(roll() * roll() * 8 * 3_600_000);
    const kind: Kind = roll() < 0.02 ? 'alert' : 'report';
    const place = { longitude: 4.26 + roll() * 0.06, latitude: 52.07 + roll() * 0.04 };
    return span(`item-${index}`, from, roll() < 0.05 ? null : from + long, { kind, place });
  });
}

const plain = (spans: Spans, moment: number) =>
  new Set([...spans.spans.keys()].filter((index) => spans.holds(index, moment)));

describe('spans', () => {
  it('hold from their first instant until just before their last', () => {
    const spans = new Spans([span('a', DAY + 10, DAY + 20), span('b', DAY + 20, null)]);
    const at = (moment: number) => spans.newest(DAY + moment, 9).map((index) => spans.spans[index]?.item);
    expect([at(9), at(10), at(19), at(20), at(1e12)]).toEqual([[], ['a'], ['a'], ['b'], ['b']]);
  });

  it('that begin and end between two moments neither enter nor leave', () => {
    const spans = new Spans([span('a', DAY + 10, DAY + 20)]);
    expect(spans.between(DAY, DAY + 30)).toEqual({ enter: [], leave: [] });
    expect(spans.between(DAY + 30, DAY)).toEqual({ enter: [], leave: [] });
    expect(spans.between(DAY + 15, DAY + 15)).toEqual({ enter: [], leave: [] });
  });

  it('that come twice are kept once', () => {
    const first = span('a', DAY, DAY + 5);
    expect(new Spans([first, { ...first }, { ...first, version: 2, from: first.until ?? '' }]).length).toBe(2);
  });

  it('are the same by any way to a moment', () => {
    const spans = new Spans(aDay(2_000, 7));
    const scene = new Scene(spans, BOUNDS);
    const roll = dice(3);
    for (let step = 0; step < 300; step += 1) {
      const moment = DAY - 3_600_000 + Math.floor(roll() * (DAY_MS + 7_200_000));
      scene.move(moment);
      expect(scene.standing).toEqual(plain(spans, moment));
    }
  });
});

describe('a scene', () => {
  it('counts in cells what stands, and nothing stays behind', () => {
    const spans = new Spans(aDay(20_000));
    const scene = new Scene(spans, BOUNDS);
    scene.move(DAY + DAY_MS / 2);
    expect(scene.standing.size).toBeGreaterThan(400);
    const sum = scene.crowds().reduce((total, { count }) => total + count, 0);
    expect(sum).toBe(scene.standing.size);
    expect(scene.singles().every(({ kind }) => kind === 'alert')).toBe(true);
    scene.move(DAY - 1);
    expect([scene.standing.size, scene.crowds().length, scene.singles().length]).toEqual([0, 0, 0]);
  });

  it('shows only what fits, in the list as on the map', () => {
    const spans = new Spans(aDay(5_000));
    const scene = new Scene(spans, BOUNDS, ({ kind }) => kind === 'alert');
    scene.move(DAY + DAY_MS / 2);
    const alerts = [...plain(spans, scene.moment)].filter((index) => spans.spans[index]?.kind === 'alert');
    expect(scene.standing.size).toBe(alerts.length);
    expect(scene.newest(1_000).map(({ item }) => item).sort()).toEqual(alerts.map((index) => spans.spans[index]?.item).sort());
  });

  it('moves through a day of 20,000 items in steps that a frame has room for', () => {
    const began = performance.now();
    const spans = new Spans(aDay(20_000));
    const built = performance.now() - began;
    const scene = new Scene(spans, BOUNDS);
    let longest = 0;
    const roll = dice(5);
    for (let step = 0; step < 500; step += 1) {
      // Half of the steps as playing makes them, half as a hand that jumps anywhere.
      const moment = step % 2 ? DAY + (step / 500) * DAY_MS : DAY + roll() * DAY_MS;
      const start = performance.now();
      scene.move(moment);
      scene.crowds();
      scene.singles();
      scene.newest(100);
      longest = Math.max(longest, performance.now() - start);
    }
    // Told, not gated: `cargo xtask bench screens` measures it in a browser.
    console.log(`20,000 spans: built in ${built.toFixed(0)} ms, longest of 500 steps ${longest.toFixed(1)} ms`);
    expect(scene.standing).toEqual(plain(spans, scene.moment));
  });
});
