import { describe, expect, it } from 'vitest';
import { holdingAt, holdings, levelAt, levels, levelUntil } from './breathing';
import type { Plan } from './types';

const at = (day: number) => Date.UTC(2027, 5, day);
const iso = (day: number) => new Date(at(day)).toISOString();
const plan = {
  threat_levels: [
    { id: 'a', zone: 'forum', level: 2, from: iso(1), until: iso(20), why: '' },
    { id: 'b', zone: 'forum', level: 4, from: iso(10), until: iso(12), why: '' },
    { id: 'c', zone: 'palace', level: 5, from: iso(1), until: iso(30), why: '' },
  ],
  events: [{ id: 'e', name: 'Summit', zones: ['forum'], phases: [{ kind: 'day', from: iso(11), until: iso(15), level: 3, posture: 'p3' }] }],
  postures: [
    { id: 'p2', name: 'Two', zones: ['forum'], level: 2, measures: [], up: [], down: [], ends: iso(20) },
    { id: 'p3', name: 'Three', zones: ['forum'], level: 3, measures: [], up: [], down: [], ends: iso(16) },
  ],
  decisions: [
    { id: 'd1', posture: 'p2', decided_by: 'x', decided_at: iso(1), why: '', alternatives: [] },
    { id: 'd2', posture: 'p3', decided_by: 'x', decided_at: iso(5), from: iso(8), until: iso(9), why: '', alternatives: [] },
  ],
} as unknown as Plan;

describe('breathing', () => {
  it('steps through levels without gaps, the highest first, and says what is planned only', () => {
    const steps = levels(plan, 'forum', at(0), at(25)).map((one) => [new Date(one.from).getUTCDate(), one.level, one.planned]);
    expect(steps).toEqual([[31, 1, false], [1, 2, false], [10, 4, false], [12, 3, true], [15, 2, false], [20, 1, false]]);
    expect(levels(plan, 'museum', at(0), at(25))).toEqual([{ from: at(0), until: at(25), level: 1, planned: false }]);
  });

  it('tells the level of a moment and until when it holds', () => {
    expect([levelAt(plan, 'forum', at(11)), levelAt(plan, 'forum', at(13)), levelAt(plan, 'forum', at(22))]).toEqual([4, 2, 1]);
    expect(levelUntil(plan, 'forum', at(11))).toBe(at(12));
    expect(levelUntil(plan, 'forum', at(22))).toBeNull();
  });

  it('has the posture of the latest decision, within its time, and what is planned beside it', () => {
    expect(holdingAt(plan, 'forum', at(8))?.posture.id).toBe('p3');
    expect(holdingAt(plan, 'forum', at(9))?.posture.id).toBe('p2');
    expect(holdingAt(plan, 'forum', at(21))).toBeNull();
    expect(holdings(plan, 'forum', at(0), at(25)).map((one) => [one.posture.id, one.planned])).toEqual([['p2', false], ['p3', false], ['p3', true]]);
  });
});
