// Percentages, norms, references, places of faults and differences: what the pages of the plan reckon with.
import { describe, expect, it } from 'vitest';
import type { Measure, Origin, Plan } from '../types';
import { draftOf, hoursRight, isDrawn, keptClosure, keptMeasure, wholeClosure, withMeasure } from './draft';
import { isInvented, nextInvented, pointsOf, progress, weightsOf } from './invented';
import { cells, loosening, setters, withNorm } from './norms';
import { percentOf, rising, shareOf } from './percent';
import { counted, differences, placeOf } from './place';
import { toMeasure, toScenario, withoutMeasure, withoutScenario } from './refer';
import { faultIn } from './save';

const asked: Origin = { source: 'Panel of residents', author: 'Planner', valid_from: '2026-01-01T00:00:00Z', valid_until: '2027-01-01T00:00:00Z', publication: 'partners' };
const invented: Origin = { ...asked, source: 'Invented for the sample' };
const measure = (id: string, more: Partial<Measure> = {}): Measure => ({
  id, name: id.toUpperCase(), effects: [{ scenario: 'van', layer: 'delay', low: 0.2, likely: 0.3, high: 0.4 }], set_up_hours: 4,
  reversibility: { kind: 'undone', hours: 2 }, legal_basis: 'Decree', origin: invented, ...more,
});

function plan(more: Partial<Plan> = {}): Plan {
  return {
    version: 1, name: 'Sample', origin: asked, zones: [{ id: 'z', name: 'Zone', origin: asked }], neighbourhoods: [],
    levels: [1, 2, 3].map((level) => ({ level, days_per_year: 1, warning_hours: 0 })),
    scenarios: [{ id: 'van', name: 'Van', zones: ['z'], path: [{ layer: 'delay', what: 'It comes' }], common_cause_share: 0.02, origin: asked }],
    norms: [{ id: 'van-1', scenario: 'van', level: 1, remaining_share_max: 0.8, set_by: 'Mayor', origin: asked }],
    measures: [measure('a'), measure('b', { requires: ['a'] }), measure('c', { excludes: ['a', 'b'], origin: asked })],
    scale: { points: [0, 1, 3, 7, 15], weights: [1, 0.9, 0.5, 0.7, 0.8], points_per_minute: 2, staff_hour_eur: 60, origin: invented },
    postures: [{ id: 'p', name: 'Posture', zones: ['z'], level: 1, measures: ['a', 'c'], up: [], down: [], origin: asked }],
    ...more,
  };
}

describe('percentages', () => {
  it('are typed with a comma or a point, and shown the way of the language', () => {
    expect(shareOf('12,5')).toBe(0.125);
    expect(shareOf(' 12.5 % ')).toBe(0.125);
    expect(percentOf(0.125, 'nl')).toBe('12,5');
    expect(percentOf(0.29, 'en')).toBe('29');
  });

  it('are nothing, or none', () => {
    expect(shareOf('')).toBeNull();
    for (const typed of ['twelve', '101', '-1', '1,2,3', '5%5']) expect(shareOf(typed), typed).toBeNaN();
    expect(percentOf(null, 'en')).toBe('');
    expect(percentOf(Number.NaN, 'en')).toBe('');
  });

  it('come back as they were typed', () => {
    for (let tenths = 0; tenths <= 1000; tenths++) expect(percentOf(shareOf(String(tenths / 10)), 'en')).toBe(String(tenths / 10));
  });

  it('rise from low to high, or are refused', () => {
    expect(rising({ low: 0.1, likely: 0.1, high: 0.2 })).toBe(true);
    expect(rising({ low: 0.2, likely: 0.1, high: 0.3 })).toBe(false);
    expect(rising({ low: null, likely: 0.1, high: 0.3 })).toBe(false);
    expect(rising({ low: Number.NaN, likely: 0.1, high: 0.3 })).toBe(false);
  });
});

describe('norms', () => {
  it('hold upwards until another is stated', () => {
    const norms = withNorm(plan(), 'van', 3, 0.4, 'Mayor', asked);
    expect(cells(norms, 'van', [1, 2, 3]).map((one) => [one.own?.remaining_share_max ?? null, one.below?.remaining_share_max ?? null])).toEqual([[0.8, null], [null, 0.8], [0.4, 0.8]]);
  });

  it('are changed in their place, keep their id, and are taken away', () => {
    const two = withNorm(plan(), 'van', 2, 0.6, 'Police', asked);
    const changed = withNorm(two, 'van', 1, 0.7, 'Police', asked);
    expect(changed.norms.map((one) => [one.id, one.remaining_share_max])).toEqual([['van-1', 0.7], ['van-2', 0.6]]);
    expect(setters(changed, 'van')).toEqual(['Police']);
    expect(withNorm(changed, 'van', 1, null, '', asked).norms.map((one) => one.id)).toEqual(['van-2']);
  });

  it('never take the id of another', () => {
    const taken = plan({ norms: [{ id: 'van-2', scenario: 'van', level: 1, remaining_share_max: 0.8, set_by: 'Mayor', origin: asked }] });
    const ids = withNorm(taken, 'van', 2, 0.5, 'Mayor', asked).norms.map((one) => one.id);
    expect(new Set(ids).size).toBe(2);
  });

  it('that loosen while the level rises are found', () => {
    expect(loosening([0.8, null, 0.9, 0.5], [1, 2, 3, 4])).toEqual([3]);
    expect(loosening([0.8, 0.8, null], [1, 2, 3])).toEqual([]);
  });
});

describe('what refers to a record', () => {
  it('is told of a measure', () => {
    expect(toMeasure(plan(), 'a')).toEqual([{ kind: 'requires', id: 'b' }, { kind: 'excludes', id: 'c' }, { kind: 'posture', id: 'p' }]);
    const decision = { id: 'd', posture: 'p', decided_by: 'Mayor', decided_at: '2026-02-01T00:00:00Z', why: 'Because', alternatives: [], origin: asked };
    expect(toMeasure(plan({ decisions: [decision] }), 'a').at(-1)).toEqual({ kind: 'decision', id: 'p' });
  });

  it('goes on without it', () => {
    const left = withoutMeasure(plan(), 'a');
    expect(left.measures.map((one) => [one.id, one.requires, one.excludes])).toEqual([['b', [], undefined], ['c', undefined, ['b']]]);
    expect(left.postures?.[0]?.measures).toEqual(['c']);
    expect(toMeasure(left, 'a')).toEqual([]);
  });

  it('is told of a scenario, and goes with it', () => {
    expect(toScenario(plan(), 'van')).toEqual([{ kind: 'norm', id: 'van-1', level: 1 }, ...['a', 'b', 'c'].map((id) => ({ kind: 'effect', id }))]);
    expect(toScenario(withoutScenario(plan(), 'van'), 'van')).toEqual([]);
  });
});

describe('faults', () => {
  it('are placed at their record, and counted as people count', () => {
    expect(placeOf('measures[1].effects[0].low', plan())).toEqual({ list: 'measures', id: 'b', name: 'B', rest: 'effects[0].low' });
    expect(counted('effects[0].low')).toBe('effects 1, low');
    expect(placeOf('scale.points[0]', plan())).toEqual({ list: 'scale', id: null, name: '', rest: 'points[0]' });
    expect(placeOf('measures[99].name', plan())).toMatchObject({ list: 'measures', id: null, name: '100' });
    expect(placeOf('norms[0].level', null)).toMatchObject({ list: 'norms', name: '1' });
    expect(placeOf('norms[0].level', plan())).toMatchObject({ list: 'norms', id: 'van-1', name: 'Van (1)' });
  });

  it('are said beside the part they are about', () => {
    const place = { list: 'measures', id: 'b', name: 'B' };
    const all = [{ ...place, rest: 'effects[1].low', text: 'is 2' }, { ...place, rest: 'effects[10].low', text: 'is 3' }];
    expect(faultIn(all, 'effects[1]')).toBe('is 2');
    expect(faultIn(all, 'effects')).toBe('is 2 is 3');
    expect(faultIn(all, 'name')).toBe('');
  });
});

describe('two versions', () => {
  it('differ in what was added, removed and changed, and not in the order of fields', () => {
    const after = withMeasure(withoutMeasure(plan(), 'b'), measure('d'));
    expect(differences(plan(), plan())).toEqual([]);
    const turned = { ...plan(), measures: plan().measures.map((one) => Object.fromEntries(Object.entries(one).reverse()) as Measure) };
    expect(differences(plan(), turned)).toEqual([]);
    expect(differences(plan(), after)).toEqual([
      { list: 'measures', added: ['D'], removed: ['B'], changed: ['C'] },
    ]);
    expect(differences(plan(), { ...plan(), name: 'Other' })).toEqual([{ list: 'plan', added: [], removed: [], changed: ['name'] }]);
  });
});

describe('a measure that is edited', () => {
  it('is the same when nothing was changed', () => {
    const closed = measure('e', { closures: [{ modes: ['car'], streets: ['Lane'] }], origin: asked });
    const kept = keptMeasure(draftOf(closed), asked);
    expect(differences(plan({ measures: [closed] }), plan({ measures: [kept] })).flatMap((one) => one.changed)).toEqual(['E']);
    expect(kept.closures).toEqual([{ modes: ['car'], streets: ['Lane'], from_hour: 0, until_hour: 24, manned_gate: false }]);
    expect(draftOf(kept)).toEqual(draftOf({ ...kept }));
    expect(kept.plain).toBeUndefined();
  });

  it('leaves out closures that close nothing', () => {
    const draft = { ...draftOf(measure('e')), closures: [wholeClosure(), wholeClosure({ at: [[4.3, 52.1]] })] };
    expect(keptMeasure(draft, asked).closures).toHaveLength(1);
    expect(isDrawn(wholeClosure())).toBe(false);
    expect(keptClosure(wholeClosure({ at: [[4.3, 52.1]] })).at).toEqual([[4.3, 52.1]]);
    expect(hoursRight({ from_hour: 7, until_hour: 7 })).toBe(false);
    expect(hoursRight({ from_hour: 22, until_hour: 6 })).toBe(true);
  });
});

describe('what was asked', () => {
  it('is counted by its source', () => {
    expect(isInvented(invented)).toBe(true);
    expect(progress(plan())).toEqual([
      { list: 'scale', elicited: 0, all: 1 }, { list: 'norms', elicited: 1, all: 1 }, { list: 'scenarios', elicited: 1, all: 1 }, { list: 'measures', elicited: 1, all: 3 },
    ]);
  });

  it('goes on with the next that was not, round and round', () => {
    const all = plan().measures;
    expect(nextInvented(all, '')?.id).toBe('a');
    expect(nextInvented(all, 'a')?.id).toBe('b');
    expect(nextInvented(all, 'b')?.id).toBe('a');
    expect(nextInvented([measure('x', { origin: asked })], '')).toBeNull();
  });

  it('gives the first kind of burden 100', () => {
    expect(pointsOf([0.5, 1, 0.25, 0, 0.8])).toEqual([50, 100, 25, 0, 80]);
    expect(weightsOf(pointsOf([1, 0.9, 0.5, 0.7, 0.8]))).toEqual([1, 0.9, 0.5, 0.7, 0.8]);
    expect(pointsOf([0, 0])).toEqual([0, 0]);
  });
});
