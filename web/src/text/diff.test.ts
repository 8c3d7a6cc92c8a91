// The differences are right: both texts can be read back from them, and what stayed is said to have stayed.
import { describe, expect, it } from 'vitest';
import { diff } from './diff';

const before = (parts: ReturnType<typeof diff>) => parts.filter((one) => one.kind !== 'new').map((one) => one.text).join('');
const after = (parts: ReturnType<typeof diff>) => parts.filter((one) => one.kind !== 'gone').map((one) => one.text).join('');

function check(one: string, two: string, expected?: string) {
  const parts = diff(one, two);
  expect(before(parts)).toBe(one);
  expect(after(parts)).toBe(two);
  const marks = { same: '', gone: '-', new: '+' };
  if (expected !== undefined) expect(parts.map((part) => (marks[part.kind] ? `[${marks[part.kind]}${part.text}]` : part.text)).join('')).toBe(expected);
}

describe('diff', () => {
  it('marks the words that changed and nothing else', () => {
    check('A grey van at the gate', 'A white van at the gate', 'A [-grey][+white] van at the gate');
    check('One', 'One two', 'One[+ two]');
    check('two men in it', 'one woman in it', '[-two men][+one woman] in it');
    check('same', 'same', 'same');
    check('', 'new', '[+new]');
    check('gone', '', '[-gone]');
    check('', '', '');
  });

  it('reads back both texts, whatever they hold', () => {
    check('Een café – 3,5 m.\n\nWeg?', 'Een cafe – 35 m!\nWeg?\n');
    check('a b c d e f', 'f e d c b a');
    check('<b>x</b>', '<i>x</i>');
  });

  it('does not hang on long texts', () => {
    const long = (seed: number) => Array.from({ length: 3_000 }, (_, index) => `w${(index * seed) % 977}`).join(' ');
    check(long(7), long(11));
  });
});
