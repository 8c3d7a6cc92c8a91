// Hours of the day go to minutes and back, also over midnight; lists keep their entries.
import { expect, it } from 'vitest';
import { hourText, minuteOf, raised } from './rules';

it.each([[0, '00:00'], [1350, '22:30'], [1439, '23:59']])('%i is %s', (minute, text) => {
  expect(hourText(minute)).toBe(text);
  expect(minuteOf(text)).toBe(minute);
});

it('knows no hour where there is none', () => {
  expect(hourText(undefined)).toBe('');
  expect(minuteOf('')).toBeUndefined();
});

it('moves an entry up, and keeps the first where it is', () => {
  expect(raised(['a', 'b', 'c'], 2)).toEqual(['a', 'c', 'b']);
  expect(raised(['a', 'b', 'c'], 0)).toEqual(['a', 'b', 'c']);
});
