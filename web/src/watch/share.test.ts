import { describe, expect, it } from 'vitest';
import { emptyFields } from '../compose/composing.svelte';
import { shown, signal } from '../gallery/watch-samples';
import { i18n } from '../i18n/index.svelte';
import { book } from './book.svelte';
import { itemFields } from './share';
import type { Placed, Source } from './types';

const source = (id: string, name: string, trust: Source['trust']) => ({ id, name, kind: 'inbox', owner: 'police', purpose: 'crisis', trust, retention_days: 30, interval_s: 900 }) as Source;
const placed = (kind: Placed['kind'], place: string): Placed => ({ kind, place, longitude: 4.2823951, latitude: 52.09343, uncertainty_m: 89.4, words: [], spans: [] });

describe('the item of a signal', () => {
  const fields = emptyFields('report', ['site-security']);

  it('says what was seen, how sure, and why', async () => {
    await i18n.choose('en');
    book.sources = [source('tips', 'Tips, of colleagues', 'D'), source('street', 'Street', 'B'), source('news', 'News', 'F')];
    book.profiles = [{ id: 'forum', name: 'Forum', owner: 'police', purpose: 'crisis' }];
    const one = { ...shown, signal: { ...shown.signal, story: { ...shown.signal.story, profiles: ['forum'] } } };
    const made = itemFields(fields, one, ['https://example.org/a,b'], ['crisis', 'cyber']);
    expect(made).toMatchObject({
      kind: 'signal', title: 'Ingang van het World Forum', tlp: 'AMBER', reliability: 'B', certainty: 'likely', purposes: ['crisis'], place: null,
      tags: 'Disruption, Call to action', sources: 'Tips  of colleagues, Street, News, https://example.org/a%2Cb',
    });
    expect(made.text).toContain('> Morgen om 8 uur');
    expect(made.text).toContain('14 documents of 3 sources');
    expect(made.text).toContain('Class Disruption (gaan, ingang, blokkeren)');
    // A purpose that the member does not hold is not named.
    expect(itemFields(fields, one, [], ['cyber']).purposes).toEqual(['site-security']);
  });

  it('is where the signal is, or where the analyst said', () => {
    const at = (places: Placed[], place?: string) => {
      const one = signal({ id: 'x', title: 'x', text: 'x', terms: [], classes: [] }, place ? { judged: { verdict: 'relevant', place, member: 'm', at: '' } } : {});
      return itemFields(fields, { ...one, signal: { ...one.signal, places } }, [], []).place;
    };
    expect(at([])).toBeNull();
    expect(at([placed('site', 'opcw'), placed('zone', 'north')])).toEqual({ site: 'opcw' });
    expect(at([placed('site', 'opcw'), placed('zone', 'north')], 'north')).toEqual({ zone: 'north' });
    expect(at([placed('street', 'street:churchillplein')])).toEqual({
      name: 'churchillplein', geometry: { type: 'Point', coordinates: [4.282395, 52.09343] }, uncertainty_m: 89,
    });
  });
});
