// The form's fields make the draft the node expects, and no label carries wider names than it may.
import { describe, expect, it } from 'vitest';
import type { ItemDetail } from '../api/types';
import { amendFields, draftOf, draftsOf, emptyFields, localTime, replyFields, withoutEmptyPrompts } from './composing.svelte';
import { summary, strictest } from './gather';
import { allPrompts, questions, TEMPLATES } from './templates';

const base = { ...emptyFields('report', ['site-security']), title: ' Grey van ', organisations: ['police'], communities: ['courts'] };

describe('draft', () => {
  it('names groups for AMBER, organisations only for AMBER+STRICT, persons only for RED, nobody for CLEAR', () => {
    const member = { id: 'm1', name: 'x', organisation: 'icj' };
    const audience = (tlp: typeof base.tlp) => draftOf({ ...base, tlp, members: [member] }, 'en').marking.audience;
    expect(audience('AMBER')).toEqual([{ organisations: ['police'], communities: ['courts'] }]);
    expect(audience('AMBER+STRICT')).toEqual([{ organisations: ['police'] }]);
    expect(audience('RED')).toEqual([{ members: ['m1'] }]);
    expect(audience('CLEAR')).toEqual([]);
  });

  it('sends only what was filled in', () => {
    const { content, parent } = draftOf({ ...base, tags: 'van, van,  grey ' }, 'nl');
    expect(content).toMatchObject({ title: 'Grey van', language: 'nl', tags: ['van', 'grey'] });
    expect(Object.keys(content)).not.toContain('place');
    expect(Object.keys(content)).not.toContain('request');
    expect(parent).toBeUndefined();
  });

  it('keeps the marking of what is answered, with every clause', () => {
    const marking = { tlp: 'AMBER', purposes: ['crisis'], audience: [{ communities: ['courts'] }, { organisations: ['icj'] }] } as const;
    const to = { id: 'p', marking } as unknown as ItemDetail;
    const draft = draftOf({ ...replyFields(to, []), title: 'yes' }, 'en', to);
    expect(draft).toMatchObject({ kind: 'reply', parent: 'p', marking: { tlp: 'AMBER', purposes: ['crisis'] } });
    expect(draft.marking.audience).toEqual([{ communities: ['courts'] }, { organisations: ['icj'] }]);
  });

  it('gives each of several that are asked a request of its own, without the others', () => {
    const drafts = draftsOf({ ...base, kind: 'request', asked: ['police', 'icj'] }, 'en');
    expect(drafts.map((one) => one.content.request?.to)).toEqual(['police', 'icj']);
    expect(drafts.map((one) => one.marking.audience)).toEqual([[{ organisations: ['police'] }], [{ organisations: ['icj'] }]]);
    for (const [own, other] of [['police', 'icj'], ['icj', 'police']] as const) {
      expect(JSON.stringify(drafts.find((one) => one.content.request?.to === own))).not.toContain(other);
    }
  });

  it('lets the one who is asked read the question', () => {
    const [draft] = draftsOf({ ...base, kind: 'request', organisations: [], communities: [], asked: ['icj'] }, 'en');
    expect(draft?.marking.audience).toEqual([{ organisations: ['icj'] }]);
  });

  it('begins an amendment with everything the version said', () => {
    const content = { title: 'Van', text: 'Grey', valid_until: '2026-11-22T13:00:00.000Z', tags: ['van', 'grey'], urgency: 'future', credibility: 2 } as const;
    const item = { id: 'i', kind: 'report', references: [], marking: { tlp: 'GREEN', audience: [], purposes: ['site-security'] } } as unknown as ItemDetail;
    const again = draftOf(amendFields(item, content as never), 'en', item);
    expect(again.content).toMatchObject(content);
    expect(localTime(undefined)).toBe('');
  });
});

describe('templates', () => {
  it('leave nothing behind of what was not filled in, in any language', () => {
    for (const template of TEMPLATES) {
      const text = questions(template);
      expect(text.split('\n').length, template.id).toBeGreaterThan(2);
      expect(withoutEmptyPrompts(`First.\n\n${text}`, allPrompts())).toBe('First.');
      const [first = ''] = text.split('\n');
      expect(withoutEmptyPrompts(text.replace(first, `${first}grey`), allPrompts())).toBe(`${first}grey`);
    }
  });
});

describe('situation report', () => {
  const item = (kind: string, tlp: string, title: string, reported: string) => ({ kind, title, reported, originator: 'opcw', state: 'current', marking: { tlp } }) as unknown as ItemDetail;
  const items = [
    item('report', 'GREEN', 'Old van', '2026-11-22T10:00:00Z'), item('report', 'AMBER+STRICT', 'New van', '2026-11-22T11:00:00Z'),
    item('alert', 'AMBER', 'Suitcase', '2026-11-22T09:00:00Z'),
  ];
  it('takes the strictest label and tells alerts first, newest first', () => {
    expect(strictest(items)).toBe('AMBER+STRICT');
    const text = summary(items);
    expect(text.indexOf('Suitcase')).toBeLessThan(text.indexOf('New van'));
    expect(text.indexOf('New van')).toBeLessThan(text.indexOf('Old van'));
  });
});
