// What was found beside what was said: sums, and numbers as people write them.
import { describe, expect, it } from 'vitest';
import { impactsOf, withMeasured, written } from './impacts';
import type { Plan } from './types';

const origin = { source: 'reckoned', author: 'A', valid_from: '2026-01-01T00:00:00Z', valid_until: '2027-01-01T00:00:00Z', publication: 'partners' };
const impact = (id: string, posture: string, predicted: number, measured?: number) => ({ id, posture, neighbourhood: `n-${id}`, predicted_minutes_per_day: predicted, ...(measured !== undefined && { measured_minutes_per_day: measured }), origin });
const plan = { postures: [{ id: 'early', name: 'Early' }, { id: 'none', name: 'None' }, { id: 'late', name: 'Late' }], impacts: [impact('a', 'early', 2), impact('b', 'late', 3), impact('c', 'late', 9, 12)] } as unknown as Plan;

describe('impacts', () => {
  it('stand by posture, the latest and the dearest first, and only what was measured is summed', () => {
    const all = impactsOf(plan);
    expect(all.map((one) => [one.posture.id, one.predicted, one.measured])).toEqual([['late', 12, 12], ['early', 2, null]]);
    expect(all[0]?.rows.map((one) => one.id)).toEqual(['c', 'b']);
  });

  it('are written with a comma or a point', () => {
    expect(['', ' ', '12', '1,5', '-0.5', '−3', 'many', '1,5,2', '1e9', '1,500', '1500'].map(written)).toEqual([null, null, 12, 1.5, -0.5, -3, NaN, NaN, NaN, NaN, 1500]);
  });

  it('take what was found and how; what is as it was keeps its source, and what is emptied was not measured', () => {
    const after = withMeasured(plan, 'late', new Map([['b', 4], ['c', 12], ['a', 7]]), 'counted', 'B');
    const of = (one: Plan, id: string) => one.impacts?.find((found) => found.id === id);
    expect(of(after, 'b')).toMatchObject({ measured_minutes_per_day: 4, origin: { source: 'counted', author: 'B' } });
    expect(of(after, 'c')?.origin.source).toBe('reckoned');
    expect(of(after, 'a')?.measured_minutes_per_day).toBeUndefined();
    const emptied = withMeasured(after, 'late', new Map([['b', null]]), 'counted', 'B');
    expect(of(emptied, 'b')).not.toHaveProperty('measured_minutes_per_day');
  });
});
