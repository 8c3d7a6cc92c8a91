// What is about a street, and how it is said.
import { beforeEach, describe, expect, it } from 'vitest';
import { i18n } from '../i18n/index.svelte';
import { subscriptions } from './data';
import { bounds, drawn } from './drawn';
import { closure, exempt, lost, period } from './say';
import { find, here, minutes, ordered, span, stands, suggest, turns } from './street';
import type { Closure, Measure, PublicPage, Street, Streets } from './types';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const words = (text: string) => ({ en: text, nl: text });
const street = (name: string, neighbourhoods: string[] = [], closed_by: string[] = []): Street => ({
  type: 'Feature', properties: { name, neighbourhoods, closed_by }, geometry: { type: 'MultiLineString', coordinates: [[[4.1, 52.1], [4.2, 52.2]]] },
});
const measure = (id: string, from: string, until: string, more: Partial<Measure> = {}): Measure => ({
  id, name: words(id), why: words('why'), spans: [{ from: `2026-${from}T00:00:00Z`, until: `2026-${until}T00:00:00Z`, decisions: ['first'] }],
  closures: [], everywhere: false, neighbourhoods: [], ...more,
});
const closing: Closure = { modes: ['car', 'bike'], exempt: ['care'], streets: ['Javastraat'], at: [], within: [], from_hour: 7, until_hour: 19, manned_gate: true };
const streets: Streets = {
  type: 'FeatureCollection',
  features: [street('Javastraat', ['a'], ['later']), street('Anna Paulownastraat', ['a']), street('Prof. B.M. Teldersweg', ['b']), street('Eléonorastraat')],
};
const page: PublicPage = {
  at: '2026-11-01T00:00:00Z', neighbourhoods: [{ id: 'a', name: 'A' }], decisions: [],
  measures: [
    measure('everywhere', '11-01', '12-31', { everywhere: true }), measure('later', '12-05', '12-10', { closures: [closing] }),
    measure('near', '11-01', '12-20', { neighbourhoods: ['a'] }), measure('over', '10-01', '11-02', { neighbourhoods: ['a'] }),
    measure('elsewhere', '11-01', '12-20', { neighbourhoods: ['b'] }),
  ],
  changes: [
    { at: '2026-11-02T00:00:00Z', begins: [], ends: ['over'] }, { at: '2026-12-05T00:00:00Z', begins: ['later'], ends: [] },
    { at: '2026-12-20T00:00:00Z', begins: [], ends: ['near', 'elsewhere'] },
  ],
  minutes: [
    { from: '2026-11-01T00:00:00Z', until: '2026-11-20T00:00:00Z', streets: [{ of: 'Javastraat', minutes_per_household_per_day: 9 }], neighbourhoods: [] },
    { from: '2026-12-05T00:00:00Z', until: '2026-12-10T00:00:00Z', streets: [{ of: 'Javastraat', minutes_per_household_per_day: 4.2 }], neighbourhoods: [{ of: 'a', minutes_per_household_per_day: 1.5 }] },
  ],
};
const ids = (list: Measure[]) => list.map((one) => one.id);
const named = (name: string) => find(streets, name) as Street;

describe('a street', () => {
  it('is found by what somebody types, whatever capitals, accents and stops', () => {
    expect(suggest(streets, 'java').map((one) => one.properties.name)).toEqual(['Javastraat']);
    expect(suggest(streets, 'pau').map((one) => one.properties.name)).toEqual(['Anna Paulownastraat']);
    expect(suggest(streets, 'straat').length).toBe(3);
    expect(suggest(streets, ' ')).toEqual([]);
    expect(find(streets, 'eleonorastraat')?.properties.name).toBe('Eléonorastraat');
    expect(find(streets, 'prof bm teldersweg')?.properties.name).toBe('Prof. B.M. Teldersweg');
    expect(find(streets, 'java')).toBeNull();
  });

  it('has what closes it, what is near, and what is everywhere', () => {
    const found = here(page, named('Javastraat'), NOW);
    expect([ids(found.closed), ids(found.near), ids(found.everywhere)]).toEqual([['later'], ['near'], ['everywhere']]);
  });

  it('has its own minutes, else those of its neighbourhood, and none of what is over', () => {
    expect(minutes(page, named('Javastraat'), NOW)).toMatchObject([{ minutes: 4.2, now: false }]);
    expect(minutes(page, named('Anna Paulownastraat'), NOW)).toMatchObject([{ minutes: 1.5 }]);
    expect(minutes(page, named('Eléonorastraat'), NOW)).toMatchObject([{ minutes: 0 }]);
    expect(minutes(page, named('Javastraat'), Date.parse('2026-12-06T00:00:00Z'))[0]?.now).toBe(true);
  });

  it('hears of changes to come that are its own', () => {
    expect(turns(page, NOW).map((one) => one.at)).toEqual(['2026-12-05T00:00:00Z', '2026-12-20T00:00:00Z']);
    const [only] = turns(page, NOW, page.measures.filter((one) => one.id === 'near'));
    expect([only?.at, ids(only?.ends ?? [])]).toEqual(['2026-12-20T00:00:00Z', ['near']]);
  });
});

describe('measures', () => {
  it('stand from the first moment up to the last, which is outside', () => {
    const one = page.measures[1] as Measure;
    expect([stands(one, Date.parse('2026-12-05T00:00:00Z')), stands(one, Date.parse('2026-12-10T00:00:00Z'))]).toEqual([true, false]);
    expect(span(one, Date.parse('2026-12-10T00:00:00Z'))).toBeNull();
  });

  it('come in the order in which they matter', () => {
    expect(ids(ordered(page.measures, NOW))).toEqual(['elsewhere', 'everywhere', 'near', 'later']);
  });

  it('are drawn as they are now', () => {
    const state = (now: number) => drawn({ page, streets }, null, now).streets.features[0]?.properties?.['state'] as string;
    expect([state(NOW), state(Date.parse('2026-12-06T00:00:00Z')), state(Date.parse('2026-12-11T00:00:00Z'))]).toEqual(['soon', 'now', 'open']);
    expect(bounds(streets.features)).toEqual([4.1, 52.1, 4.2, 52.2]);
    expect(bounds([])).toEqual([-180, -85, 180, 85]);
  });
});

describe('words', () => {
  beforeEach(() => i18n.choose('en'));

  it('say who, when and for how long', () => {
    expect(closure(closing)).toBe('Closed to cars and bicycles, from 7:00 to 19:00.');
    expect(closure({ ...closing, from_hour: 0, until_hour: 24 })).toBe('Closed to cars and bicycles, day and night.');
    expect(exempt(closing)).toBe('May pass: carers who come to your home.');
    expect(exempt({ ...closing, exempt: [] })).toBe('');
    const long = { from: '2026-09-01T10:00:00Z', until: '2027-06-07T10:00:00Z', decisions: [] };
    expect(period(long, NOW)).toBe('Since 1 September 2026, until 7 June 2027');
  });

  it('say minutes as a person would', () => {
    expect([0, 0.4, 0.9, 4.2, 12.6].map(lost)).toEqual(['no extra time', 'less than a minute a day', 'about 1 minute a day', 'about 4 minutes a day', 'about 13 minutes a day']);
    i18n.choose('nl');
    expect(lost(4.2)).toBe('ongeveer 4 minuten per dag');
  });

  it('lead to the same in a calendar and a reader', () => {
    expect(subscriptions('nl', 'Prof. B.M. Teldersweg').calendar).toBe('/api/v1/public/measures.ics?language=nl&street=Prof.+B.M.+Teldersweg');
    expect(subscriptions('en', null).feed).toBe('/api/v1/public/measures.rss?language=en');
  });
});
