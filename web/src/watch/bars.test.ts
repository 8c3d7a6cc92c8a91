import { describe, expect, it } from 'vitest';
import { band, bar, days, line, share, shares } from './bars';
import type { Term } from './types';

const term = (value: number): Term => ({ kind: 'class', name: String(value), value });

describe('the bar of terms', () => {
  it('adds to the right of zero and takes away to the left', () => {
    const made = bar([term(3), term(1), term(-1)], 2);
    expect(made.zero).toBeCloseTo(0.2);
    expect(made.segments.map((one) => [one.start, one.width].map((value) => Number(value.toFixed(3))))).toEqual([[0.2, 0.6], [0.8, 0.2], [0, 0.2]]);
    expect(made.total).toBeCloseTo(0.8);
    expect(made.threshold).toBeCloseTo(0.6);
  });

  it('has room for the threshold and for a wider neighbour', () => {
    expect(bar([term(1)], 4).segments[0]?.width).toBeCloseTo(0.25);
    expect(bar([term(1)], 0, 10).segments[0]?.width).toBeCloseTo(0.1);
    expect(bar([], 0)).toEqual({ zero: 0, segments: [], total: 0, threshold: 0 });
    expect(bar([term(-2)], 0).total).toBe(0);
  });

  it('measures each against the largest', () => {
    const all = [term(2), term(-4)];
    expect(share(2, all)).toBe(0.5);
    expect(share(-4, all)).toBe(1);
    expect(share(0, [])).toBe(0);
  });
});

describe('lines', () => {
  it('go from the bottom to the top of their box', () => {
    expect(line([0, 5, 10], 100, 20)).toBe('0,20 50,10 100,0');
    expect(line([0, 0], 10, 20)).toBe('0,20 10,20');
    expect(line([4], 10, 20)).toBe('0,0 10,0');
    expect(line([], 10, 20)).toBe('');
  });

  it('have an interval around them', () => {
    const points = [{ judged: 1, share: 1, low: 0.2, high: 1 }, { judged: 2, share: 0.5, low: 0.1, high: 0.9 }];
    expect(shares(points, 10, 100)).toBe('0,0 10,50');
    expect(band(points, 10, 100)).toBe('0,0 10,10 10,90 0,80');
    expect(shares(points.slice(0, 1), 10, 100)).toBe('5,0');
  });

  it('fill in the days on which nothing came', () => {
    const made = days([{ day: '2026-11-24', documents: 3 }], '2026-11-25', 3, { documents: 0 });
    expect(made).toEqual([{ day: '2026-11-23', documents: 0 }, { day: '2026-11-24', documents: 3 }, { day: '2026-11-25', documents: 0 }]);
  });
});
