// What people type, and what is asked for: in English and Dutch, on the clock of the wall.
import { describe, expect, it } from 'vitest';
import { asText, ask, without, type Known } from './words';

/** Tuesday 24 November 2026, 23:05 in The Hague. */
const NOW = Date.parse('2026-11-24T22:05:00Z');
const winter = { now: NOW, offset: () => 3_600_000 };
const KNOWN: Known[] = [
  { field: 'site', id: 'opcw', names: ['OPCW', 'Organisation for the Prohibition of Chemical Weapons'] },
  { field: 'site', id: 'peace-palace', names: ['Peace Palace', 'Vredespaleis'] },
  { field: 'zone', id: 'world-forum', names: ['World Forum', 'Wereldforum'] },
  { field: 'originator', id: 'police', names: ['Police', 'Politie'] },
  { field: 'originator', id: 'opcw', names: ['OPCW'] },
];
const question = (typed: string) => ask(typed, KNOWN, winter);
const wall = (instant: string | undefined) => instant && new Date(Date.parse(instant) + 3_600_000).toISOString().slice(5, 16);
const span = (typed: string) => {
  const { filters } = question(typed);
  return [wall(filters.from), wall(filters.until), filters.q].join(' ').trim();
};

describe('time words', () => {
  it.each([
    ['yesterday', '11-23T00:00 11-24T00:00'], ['gisteren', '11-23T00:00 11-24T00:00'], ['eergisteren', '11-22T00:00 11-23T00:00'],
    ['yesterday evening', '11-23T18:00 11-24T00:00'], ['gisteravond', '11-23T18:00 11-24T00:00'], ['gisterochtend', '11-23T06:00 11-23T12:00'],
    ['last night', '11-23T20:00 11-24T06:00'], ['afgelopen nacht', '11-23T20:00 11-24T06:00'], ['vannacht', '11-24T20:00 11-25T06:00'],
    ['this morning', '11-24T06:00 11-24T12:00'], ['vanochtend', '11-24T06:00 11-24T12:00'], ['vanmiddag', '11-24T12:00 11-24T18:00'],
    ['last week', '11-16T00:00 11-23T00:00'], ['vorige week', '11-16T00:00 11-23T00:00'], ['this week', '11-23T00:00 11-24T23:05'],
    ['last month', '10-01T00:00 11-01T00:00'], ['vorige maand', '10-01T00:00 11-01T00:00'],
    ['last 3 hours', '11-24T20:05 11-24T23:05'], ['afgelopen 3 uur', '11-24T20:05 11-24T23:05'], ['past week', '11-17T23:05 11-24T23:05'],
    ['afgelopen uur', '11-24T22:05 11-24T23:05'], ['2 days ago', '11-22T00:00 11-23T00:00'], ['2 dagen geleden', '11-22T00:00 11-23T00:00'],
    ['monday', '11-23T00:00 11-24T00:00'], ['tuesday', '11-17T00:00 11-18T00:00'], ['maandagavond', '11-23T18:00 11-24T00:00'],
    ['monday morning', '11-23T06:00 11-23T12:00'], ['vorige vrijdag', '11-20T00:00 11-21T00:00'],
    ['23 nov', '11-23T00:00 11-24T00:00'], ['3 december', '12-03T00:00 12-04T00:00'], ['2026-11-20', '11-20T00:00 11-21T00:00'], ['20-11-2026', '11-20T00:00 11-21T00:00'],
    ['since monday', '11-23T00:00 11-24T23:05'], ['sinds 14:00', '11-24T14:00 11-24T23:05'], ['since 23:30', '11-23T23:30 11-24T23:05'],
    ['between 14:00 and 16:00', '11-24T14:00 11-24T16:00'], ['gisteren tussen 22:00 en 02:00', '11-23T22:00 11-24T02:00'], ['yesterday 14:00-16:30', '11-23T14:00 11-23T16:30'],
  ])('%s', (typed, expected) => expect(span(typed)).toBe(expected));

  it.each(['van', 'may be', '40 people', 'last', '31 february', 'at the gate', 'Sunset', 'do', 'between gates', '99:00-12:00'])('%j is text', (typed) =>
    expect(question(typed)).toEqual({ filters: { q: typed }, meant: [] }));

  it('a day with a change of the clock has its own hours', () => {
    // On 25 October 2026 the clock went back at 03:00.
    const changed = Date.parse('2026-10-25T01:00:00Z');
    const autumn = { now: Date.parse('2026-10-26T12:00:00Z'), offset: (at: number) => (at < changed ? 7_200_000 : 3_600_000) };
    const { filters } = ask('yesterday', [], autumn);
    expect([filters.from, filters.until]).toEqual(['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z']);
  });
});

describe('other words', () => {
  it('kind, place and organisation narrow; the rest is text', () => {
    expect(question('grey van alerts at Peace Palace from police').filters).toEqual({ q: 'grey van', kind: 'alert', site: 'peace-palace', originator: 'police' });
    expect(question('meldingen bij Vredespaleis van politie gisteravond busje').filters).toMatchObject({ q: 'busje', kind: 'report', site: 'peace-palace', originator: 'police' });
    expect(question('in World Forum').filters).toEqual({ zone: 'world-forum' });
    expect(question('site:opcw kind:alarm from:opcw').filters).toEqual({ site: 'opcw', kind: 'alert', originator: 'opcw' });
    expect(question('urgent #firework').filters).toEqual({ urgency: 'immediate', q: '#"firework"' });
    expect(question('#"fire alarm" tag:drill').filters).toEqual({ q: '#"fire alarm" #"drill"' });
    expect(question('#firework').meant).toEqual([{ field: 'tag', value: 'firework', typed: '#firework' }]);
  });

  it('what looks like a title stays a title', () => {
    for (const title of ['Fire alarm test', 'Van in front of the gate', 'Grey van opposite the staff entrance m1k2', 'Report of a drone', 'Bag left at the tram stop', 'from nowhere', 'kind:nothing'])
      expect(question(title)).toEqual({ filters: { q: title }, meant: [] });
  });

  it('quotation marks make everything text', () => {
    expect(question('"yesterday evening" alerts').filters).toEqual({ q: '"yesterday evening"', kind: 'alert' });
  });

  it('what was understood can be taken back, or meant as text', () => {
    const typed = 'van yesterday evening';
    const [time] = question(typed).meant;
    if (!time) throw new Error('nothing understood');
    expect(without(typed, time)).toBe('van');
    expect(question(asText(typed, time)).filters).toEqual({ q: 'van "yesterday evening"' });
  });
});
