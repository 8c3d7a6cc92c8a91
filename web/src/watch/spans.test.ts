import { describe, expect, it } from 'vitest';
import { pieces, wordsIn, type Mark } from './spans';

const mark = (start: number, end: number, name = 'a', part: Mark['span']['part'] = 'text'): Mark => ({
  span: { part, start, end }, kind: 'class', name, against: false,
});
const shown = (text: string, marks: Mark[]) =>
  pieces(text, 'text', marks).map((piece) => [piece.text, piece.marks.map((one) => one.name).join('')]);

describe('marked words', () => {
  it('cut the text where marks begin and end, also when they overlap', () => {
    expect(shown('we block the road', [])).toEqual([['we block the road', '']]);
    expect(shown('we block the road', [mark(3, 8)])).toEqual([['we ', ''], ['block', 'a'], [' the road', '']]);
    expect(shown('abcdef', [mark(0, 4, 'x'), mark(2, 6, 'y')])).toEqual([['ab', 'x'], ['cd', 'xy'], ['ef', 'y']]);
    expect(shown('abcdef', [mark(2, 4, 'x'), mark(2, 4, 'y')])).toEqual([['ab', ''], ['cd', 'xy'], ['ef', '']]);
  });

  it('count in UTF-16 units, as the node does', () => {
    expect(shown('😀 block', [mark(3, 8)])).toEqual([['😀 ', ''], ['block', 'a']]);
  });

  it('stay inside the text and its part', () => {
    expect(shown('short', [mark(2, 99), mark(7, 9), mark(3, 3), mark(0, 1, 't', 'title')])).toEqual([['sh', ''], ['ort', 'a']]);
    expect(shown('', [mark(0, 3)])).toEqual([]);
  });

  it('give back the whole text', () => {
    const text = 'Morgen om 8 uur naar het plein';
    expect(pieces(text, 'text', [mark(0, 6), mark(4, 12), mark(26, 30)]).map((piece) => piece.text).join('')).toBe(text);
  });
});

describe('words of a copy', () => {
  it('are found whatever the case, once', () => {
    const found = wordsIn('Kom nu. BLOKKEREN, blokkeren!', 'text', [mark(0, 9), mark(0, 9)], () => 'blokkeren');
    expect(found.map((one) => one.span)).toEqual([{ part: 'text', start: 8, end: 17 }]);
    expect(wordsIn('nothing here', 'text', [mark(0, 9)], () => 'blokkeren')).toEqual([]);
    expect(wordsIn('İİ blok', 'text', [mark(0, 4)], () => 'blok')).toEqual([]);
  });
});
