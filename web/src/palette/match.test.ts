// What one types finds the action one means, in either language, without accents.
import { expect, it } from 'vitest';
import { best, fit } from './match';

const entries = [
  { id: 'picture', text: 'Go to the picture', also: 'map feed' },
  { id: 'alert', text: 'Raise an alert', also: 'new share' },
  { id: 'dark', text: 'Colours: dark', also: 'theme' },
  { id: 'museon', text: 'Site: Muséon' },
];
const found = (typed: string) => best(entries, typed, 9).map(({ id }) => id);

it.each([
  ['', ['picture', 'alert', 'dark', 'museon']],
  ['al', ['alert']],
  ['map', ['picture']],
  ['theme dark', ['dark']],
  ['muse', ['museon']],
  ['dark theme', ['dark']],
  ['xyz', []],
])('%j', (typed, ids) => expect(found(typed)).toEqual(ids));

it('the beginning of the text goes before a word in it, and that before a part of a word', () => {
  const at = (text: string) => fit({ id: 'a', text }, 'art');
  expect(at('Art museum')).toBeGreaterThan(at('The art museum'));
  expect(at('The art museum')).toBeGreaterThan(at('Cart'));
});
