import { describe, expect, it } from 'vitest';
import { i18n } from '../../i18n/index.svelte';
import type { Plan, Rota } from '../types';
import { calendar } from './ics';
import { drawnOf, expectedThen, fromClock, knownShare, nextDay, oneShift, placesOf, requestOf, shiftTimes, stillFixed, times, withShift, type Place, type Wanted } from './rota';

const place = (id: string, stake = 5): Place => ({ id, name: id.toUpperCase(), chosen: true, stake, cut: 'half' });
const wanted = (count = 3, units = 1): Wanted => ({
  unit: 'Officers', units, times: { from: '2026-11-23T07:00:00.000Z', hours: 8, count, every: 'day' }, places: [place('a', 8), place('b')],
});
const rota: Rota = {
  coverage: { shares: [0.7, 0.3], worth: -5, attacked: 'a', attacker_worth: 5, surprise_bits: 1.6 },
  shifts: [['a'], ['b'], []],
  losses: [{ shift: 1, worth: 3, surprise_bits: 1.6 }],
};

describe('a rota', () => {
  it('offers the sites of a plan, chosen, and what is at each, not chosen', () => {
    const plan = { sites: [{ id: 'x', name: 'X' }, { id: 'y', name: 'Y' }], assets: [{ id: 'x', name: 'Guests', site: 'x' }] } as unknown as Plan;
    expect(placesOf(plan).map((one) => [one.id, one.chosen, one.at])).toEqual([['site:x', true, undefined], ['asset:x', false, 'X'], ['site:y', true, undefined]]);
    expect(placesOf({} as Plan)).toEqual([]);
  });

  it('asks with what is lost to us won by the attacker', () => {
    expect(requestOf(wanted()).targets[0]).toEqual({ id: 'a', ours_covered: -4, ours_open: -8, theirs_covered: 4, theirs_open: 8 });
    expect(oneShift(wanted(), ['b'])).toMatchObject({ shifts: 1, overrides: [{ shift: 0, target: 'b' }] });
  });

  it('has shifts that follow each other, or begin at the same time of each day', () => {
    expect(shiftTimes({ ...wanted(2).times, every: 'on' }).map((one) => one.from)).toEqual(['2026-11-23T07:00:00.000Z', '2026-11-23T15:00:00.000Z']);
    const zone = i18n.zone;
    i18n.zone = 'Europe/Amsterdam';
    expect(fromClock('2026-11-29T08:00')).toBe('2026-11-29T07:00:00.000Z');
    expect(nextDay(Date.parse('2026-11-28T23:30:00Z'), 8)).toBe('2026-11-30T08:00');
    // The clock is put back in the night of 25 October: eight in the morning stays eight in the morning.
    expect(shiftTimes({ from: '2026-10-24T06:00:00.000Z', hours: 8, count: 2, every: 'day' })).toEqual([
      { from: '2026-10-24T06:00:00.000Z', until: '2026-10-24T14:00:00.000Z' }, { from: '2026-10-25T07:00:00.000Z', until: '2026-10-25T15:00:00.000Z' },
    ]);
    i18n.zone = zone;
  });

  it('keeps what was fixed when it is drawn anew, unless it no longer fits', () => {
    const drawn = drawnOf(wanted(), rota, [{ shift: 1, target: 'b' }]);
    expect(drawn.shifts.map((one) => [one.fixed, one.loss?.worth ?? 0])).toEqual([[[], 0], [['b'], 3], [[], 0]]);
    expect(stillFixed(drawn, wanted())).toEqual([{ shift: 1, target: 'b' }]);
    expect(stillFixed(drawn, wanted(1))).toEqual([]);
    expect(stillFixed(drawn, { ...wanted(), places: [place('a')] })).toEqual([]);
    expect(stillFixed(drawn, { ...wanted(), times: { ...wanted().times, hours: 6 } })).toEqual([]);
  });

  it('changes one shift and no other', () => {
    const drawn = drawnOf(wanted(), rota, []);
    const changed = withShift(drawn, 0, ['b'], { ...rota, shifts: [['b']], losses: [{ shift: 0, worth: 3, surprise_bits: 0.4 }] });
    expect(changed.shifts[0]).toMatchObject({ places: ['b'], fixed: ['b'], loss: { worth: 3 } });
    expect(changed.shifts.slice(1)).toEqual(drawn.shifts.slice(1));
    expect(times(changed, 'b')).toBe(2);
  });

  it('tells what a fixed shift gives away', () => {
    expect(knownShare({ surprise_bits: 0.4 }, rota.coverage)).toBeCloseTo(0.25);
    expect(knownShare({ surprise_bits: -1 }, rota.coverage)).toBe(0);
    expect(knownShare({ surprise_bits: 0 }, { surprise_bits: 0 })).toBe(null);
    expect(expectedThen({ worth: 3 }, rota.coverage)).toBe(8);
  });
});

it('writes a calendar with times in UTC, signs escaped and long lines folded', () => {
  const text = calendar([{ title: `Officers; at the gate, ${'é'.repeat(40)}`, from: '2026-11-23T07:00:00.000Z', until: '2026-11-23T15:00:00.000Z' }], '2026-11-22T07:00:00.000Z', (at) => `u${at}`);
  const lines = text.split('\r\n');
  expect(lines).toContain('DTSTART:20261123T070000Z');
  expect(text.replaceAll('\r\n ', '')).toContain(`SUMMARY:Officers\\; at the gate\\, ${'é'.repeat(40)}\r\n`);
  expect(Math.max(...lines.map((line) => new TextEncoder().encode(line).length))).toBeLessThanOrEqual(75);
});
