// Periods end on round times, show a moment, and never go past now.
import { expect, it } from 'vitest';
import { around, covers, ending, LENGTHS, MEASURES, moment, needed, ticks, written } from './periods';

const NOW = Date.parse('2026-11-24T22:24:31Z');
const at = (text: string) => Date.parse(text);

it('a period is whole slices, the last with now in it', () => {
  for (const length of LENGTHS) {
    const { period, slice } = MEASURES[length];
    const { from, until } = ending(NOW, length);
    expect(until - from).toBe(period);
    expect(until % slice).toBe(0);
    expect(until > NOW && until - slice <= NOW).toBe(true);
    expect(period % slice).toBe(0);
  }
});

it('a moment of the past stands in the middle, a recent one near the end', () => {
  const yesterday = NOW - 86_400_000;
  const { from, until } = around(yesterday, NOW, '6h');
  expect(Math.abs((from + until) / 2 - yesterday)).toBeLessThanOrEqual(5 * 60_000);
  expect(around(NOW - 60_000, NOW, '24h')).toEqual(ending(NOW, '24h'));
});

it('of a long period only a day around the moment is read, and it holds the moment', () => {
  const month = ending(NOW, '30d');
  for (let moment = month.from; moment < month.until; moment += 3_599_000) {
    const { from, until } = needed(month, moment);
    expect(from <= moment && moment < until && until - from === 86_400_000).toBe(true);
  }
  const day = ending(NOW, '24h');
  expect(needed(day, NOW)).toEqual(day);
  expect(covers(day, { from: day.from + 1, until: day.until })).toBe(true);
  expect(covers(null, day)).toBe(false);
});

it('ticks stand on round hours of the clock on the wall', () => {
  const found = ticks({ from: at('2026-11-23T22:30:00Z'), until: at('2026-11-24T22:30:00Z') }, 3_600_000);
  expect(found[0]).toBe(at('2026-11-23T23:00:00Z'));
  expect(found).toHaveLength(8);
});

it('a moment in an address is read and written', () => {
  expect(written(at('2026-11-24T10:00:00.400Z'))).toBe('2026-11-24T10:00:00Z');
  expect(moment('2026-11-24T10:00:00Z')).toBe(at('2026-11-24T10:00:00Z'));
  expect([moment('yesterday'), moment(''), moment(null)]).toEqual([null, null, null]);
});
