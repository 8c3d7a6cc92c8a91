import { expect, it } from 'vitest';
import { front } from './front';

it('keeps what no other beats in both, from the cheapest on', () => {
  const dots = [{ cost: 3, burden: 1 }, { cost: 1, burden: 4 }, { cost: 2, burden: 5 }, { cost: 1, burden: 6 }, { cost: 4, burden: 1 }];
  expect(front(dots)).toEqual([{ cost: 1, burden: 4 }, { cost: 3, burden: 1 }]);
  expect(front([])).toEqual([]);
});
