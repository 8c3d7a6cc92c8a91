// What shares are called.
import { expect, it } from 'vitest';
import { percent } from './words';

it('is never more certain than it is', () => {
  for (const [share, said] of [[0, '0 %'], [0.004, '< 1 %'], [0.5, '50 %'], [0.987, '99 %'], [0.9968, '> 99 %'], [1, '100 %']] as const) {
    expect(percent(share)).toBe(said);
  }
});
