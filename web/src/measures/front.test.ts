import { expect, it } from 'vitest';
import { comparable, front } from './front';
import type { OptionRow } from './types';

it('keeps what no other beats in both, from the cheapest on', () => {
  const dots = [{ cost: 3, burden: 1 }, { cost: 1, burden: 4 }, { cost: 2, burden: 5 }, { cost: 1, burden: 6 }, { cost: 4, burden: 1 }];
  expect(front(dots)).toEqual([{ cost: 1, burden: 4 }, { cost: 3, burden: 1 }]);
  expect(front([])).toEqual([]);
});

it('lays beside each other only what is for the same zones and levels', () => {
  const row = (number: number, zones: string[], levels: number[], worth = true) => ({ number, zones, levels, ...(worth && { worth: {} }) }) as unknown as OptionRow;
  const rows = [row(4, ['b', 'a'], [1, 2]), row(3, ['a', 'b'], [1, 2]), row(2, ['a'], [1, 2]), row(1, ['a', 'b'], [1, 2], false)];
  expect(comparable(rows).map((group) => group.map((one) => one.number))).toEqual([[4, 3]]);
});
