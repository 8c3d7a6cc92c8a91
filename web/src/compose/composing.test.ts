// The form's fields make the draft the node expects, and no label carries wider names than it may.
import { describe, expect, it } from 'vitest';
import type { ItemDetail } from '../api/types';
import { draftOf, emptyFields, replyFields } from './composing.svelte';

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
});
