import { describe, expect, it } from 'vitest';
import { i18n } from '../i18n/index.svelte';
import { faultAt, faultText, fieldOf } from './faults';

const person = {
  path: 'profile "p" phrases', what: '"Jan de Vries" looks like the name of a person', mend: 'persons are not watched: name the site instead',
  code: 'person_name', value: 'Jan de Vries',
};

describe('faults of what is watched', () => {
  it('belong to their field', () => {
    expect(fieldOf(person)).toBe('phrases');
    expect(fieldOf({ path: 'interval_s', what: '', mend: '' })).toBe('interval_s');
    expect(faultAt([person], 'regexes')).toBe('');
  });

  it('say why a person is not watched, in the language of the reader', async () => {
    await i18n.choose('nl');
    expect(faultText(person)).toContain('Jan de Vries');
    expect(faultText(person)).toContain('personen');
    await i18n.choose('en');
    expect(faultAt([person], 'phrases')).toContain('persons are not watched');
    // Without its code, the words as they came: they decide nothing.
    expect(faultText({ path: person.path, what: person.what, mend: '' })).toBe(person.what);
    expect(faultText({ path: 'weight', what: 'not from 0 to 3', mend: '1 is usual' })).toBe('not from 0 to 3: 1 is usual');
  });
});
