// Text stays text, also in a spreadsheet.
import { expect, it } from 'vitest';
import { asTable } from './csv';

it('quotes what needs it and disarms formulas', () => {
  expect(asTable([['a', 'b, c'], ['say "x"', '=1+1'], ['-2', '']])).toBe('a,"b, c"\r\n"say ""x""",\'=1+1\r\n\'-2,\r\n');
});
