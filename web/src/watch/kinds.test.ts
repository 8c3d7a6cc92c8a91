import { describe, expect, it } from 'vitest';
import { bodyOf, emptySource, fieldsOf, freeId, withScheme } from './kinds';
import type { Source } from './types';

describe('the body of a source', () => {
  it('has what its kind has and nothing else', () => {
    const all = { ...emptySource('crisis'), name: 'x', url: ' https://example.org ', words: ['tram'], hashtag: '#denhaag', select: 'main', ignore: ['.ad'] };
    const names = (kind: typeof all.kind) => Object.keys(bodyOf({ ...all, kind })).filter((name) => !['kind', 'name', 'purpose', 'trust', 'retention_days', 'interval_s', 'paused'].includes(name));
    expect(names('feed')).toEqual(['url']);
    expect(names('inbox')).toEqual([]);
    expect(names('page')).toEqual(['url', 'select', 'ignore']);
    expect(names('jetstream')).toEqual(['url', 'words']);
    expect(bodyOf({ ...all, kind: 'mastodon' })).toMatchObject({ url: 'https://example.org', hashtag: 'denhaag', streaming: false });
    expect(bodyOf({ ...all, kind: 'json', map: { ...all.map, items: '$.posts[*]', key: 'id', text: 'body' } })).toMatchObject({ map: { items: '$.posts[*]', key: 'id', text: 'body' } });
  });

  it('comes back from a source as it was', () => {
    const source = {
      id: 'a', name: 'Page', kind: 'page', url: 'https://example.org/', ignore: ['.ad'], owner: 'police', purpose: 'crisis', trust: 'B',
      retention_days: 7, interval_s: 60, silence_s: 7200, language: 'nl', paused: true,
    } as Source;
    const { id, owner, ...rest } = source;
    expect(id + owner).toBe('apolice');
    expect(bodyOf(fieldsOf(source))).toEqual(rest);
  });
});

describe('names', () => {
  it('become ids that are free', () => {
    expect(freeId('Café de Wereld, nieuws!', [])).toBe('cafe-de-wereld-nieuws');
    expect(freeId('News', ['news', 'news-2'])).toBe('news-3');
    expect(freeId('!!', [])).toBe('one');
  });

  it('get a scheme when they have none', () => {
    expect(withScheme('example.org/rss', 'feed')).toBe('https://example.org/rss');
    expect(withScheme('jet.example.org', 'jetstream')).toBe('wss://jet.example.org');
    expect(withScheme('http://example.org', 'feed')).toBe('http://example.org');
    expect(withScheme(' ', 'feed')).toBe('');
  });
});
