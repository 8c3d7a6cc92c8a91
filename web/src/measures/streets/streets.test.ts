// Steps back and forth, the nearest piece of street, and what is drawn.
import { describe, expect, it } from 'vitest';
import { wholeClosure } from '../plan/draft';
import type { Ground, Plan, Position, StreetEffect } from '../types';
import { cutOff } from './cut';
import { boxOf, drawn, signed, widthOf, type Scene } from './drawn';
import { Editor } from './editor.svelte';
import { begun, did, redone, STEPS_MAX, undone } from './history';
import { neighbourhoodsOf } from './neighbourhoods';
import { HELP, startsOf } from './reach.svelte';
import { away, metresOf, middleOf, nearest, piecesOf, shutBy, streetsOf } from './pieces';

const line = (edge: number, name: string, coordinates: Position[], modes?: string[]): GeoJSON.Feature => ({ type: 'Feature', geometry: { type: 'LineString', coordinates }, properties: { edge, name, ...(modes && { modes }) } });
const ground: Ground = {
  streets: { type: 'FeatureCollection', features: [line(0, 'Lane', [[4.3, 52.08], [4.302, 52.08]]), line(1, 'Lane', [[4.302, 52.08], [4.304, 52.08]]), line(2, '', [[4.302, 52.08], [4.302, 52.082]], ['foot'])] },
  neighbourhoods: { type: 'FeatureCollection', features: [{ type: 'Feature', geometry: { type: 'Polygon', coordinates: [[[4.3, 52.08], [4.304, 52.08], [4.304, 52.082], [4.3, 52.08]]] }, properties: { id: 'n', name: 'Quarter', households: 10 } }] },
};
const pieces = piecesOf(ground);
const effect: StreetEffect = {
  neighbourhoods: [{ id: 'n', name: 'Quarter', households: 10, resident_minutes_per_day: 30, minutes_per_household_per_day: 3 }],
  streets: [], by_group: [], cut_off: [], broken: [], changed_left_out: 0,
  changed: [
    { edge: 0, name: 'Lane', mode: 'car', shut: true, trips_before: 40, trips_after: 0, line: [[4.3, 52.08], [4.302, 52.08]] },
    { edge: 1, name: 'Lane', mode: 'car', shut: false, trips_before: 40, trips_after: 10, line: [[4.302, 52.08], [4.304, 52.08]] },
    { edge: 2, name: '', mode: 'car', shut: false, trips_before: 0, trips_after: 120.4, line: [[4.302, 52.08], [4.302, 52.082]] },
    { edge: 2, name: '', mode: 'bike', shut: false, trips_before: 0, trips_after: 7, line: [[4.302, 52.08], [4.302, 52.082]] },
  ],
};
const scene: Scene = { ground, pieces, closures: [wholeClosure({ at: [[4.301, 52.08]] })], fresh: true, effect, mode: 'car', before: false, reach: null, corners: [], pointed: '', minutes: (value) => `${value} min` };
const roles = (one: Scene) => drawn(one).features.map((feature) => String(feature.properties?.['role']));

describe('how far', () => {
  it('is drawn in the place of traffic: the sooner the wider, and what is lost apart', () => {
    const told = { households: 4, households_before: 6, households_all: 10, pieces: [{ edge: 0, minutes: 0, before: 0 }, { edge: 1, minutes: 4, before: 2 }, { edge: 2, before: 3 }] };
    const features = drawn({ ...scene, reach: { told, minutes: 4 } }).features;
    const of = (role: string) => features.filter((one) => one.properties?.['role'] === role);
    const widths = of('reached').map((one) => Number(one.properties?.['width']));
    expect(widths[0]).toBeGreaterThan(widths[1] ?? Infinity);
    expect(of('lost')).toHaveLength(1);
    expect([...of('more'), ...of('less'), ...of('quarter-name')]).toHaveLength(0);
    expect(of('shut')).toHaveLength(1);
  });

  it('begins where help comes from, or at a destination', () => {
    const plan = { destinations: [{ id: 'a', at: [4.3, 52.08] }, { id: 'b', at: [4.4, 52.1] }], emergency_from: ['b'] } as unknown as Plan;
    expect(startsOf(plan, HELP)).toEqual([[4.4, 52.1]]);
    expect(startsOf(plan, 'a')).toEqual([[4.3, 52.08]]);
    expect(startsOf(plan, 'nowhere')).toEqual([]);
  });
});

describe('steps', () => {
  it('go back and forth, and what is new ends the future', () => {
    let history = did(did(begun('a'), 'b'), 'c');
    history = undone(undone(history));
    expect(history.now).toBe('a');
    expect(undone(history)).toBe(history);
    expect(redone(history).now).toBe('b');
    history = did(redone(history), 'd');
    expect(redone(history)).toBe(history);
    expect(undone(history).now).toBe('b');
  });

  it('are not kept without end', () => {
    let history = begun(0);
    for (let step = 1; step <= STEPS_MAX + 50; step++) history = did(history, step);
    expect(history.past).toHaveLength(STEPS_MAX);
    expect(history.past[0]).toBe(50);
  });
});

describe('pieces of street', () => {
  it('are found by the nearest point, for those who may use them', () => {
    const near = nearest(pieces, [4.302, 52.0808], ['foot']);
    expect(near?.piece.edge).toBe(2);
    expect(nearest(pieces, [4.3015, 52.0808], ['car'])?.piece.edge).toBe(0);
    expect(nearest(pieces, [4.3015, 52.0808], ['car'])?.at[1]).toBeCloseTo(52.08, 6);
    expect(nearest([], [4.3, 52], ['car'])).toBeNull();
  });

  it('have a length and a middle', () => {
    const [first] = pieces;
    if (!first) throw new Error('no piece');
    expect(metresOf(first)).toBeCloseTo(0.002 * 111_320 * Math.cos((52.08 * Math.PI) / 180), 3);
    expect(away(middleOf(first), [4.301, 52.08])).toBeLessThan(0.01);
  });

  it('are streets by name', () => {
    expect(streetsOf(pieces).map((one) => [one.name, one.pieces.map((piece) => piece.edge)])).toEqual([['Lane', [0, 1]]]);
  });

  it('are shut by name and by point', () => {
    expect([...shutBy(pieces, [wholeClosure({ streets: ['Lane'] })])]).toEqual([0, 1]);
    expect([...shutBy(pieces, [wholeClosure({ at: [[4.3035, 52.0801]] })])]).toEqual([1]);
  });
});

describe('the drawing', () => {
  it('shows what is shut, has more, has less, and minutes', () => {
    const all = drawn(scene).features;
    expect(roles(scene).sort()).toEqual(['less', 'more', 'quarter', 'quarter-name', 'shut', 'shut-at', 'way', 'way', 'way']);
    const more = all.find((one) => one.properties?.['role'] === 'more')?.properties;
    expect(more).toMatchObject({ text: '+120' });
    expect(all.find((one) => one.properties?.['role'] === 'less')?.properties).toMatchObject({ text: '−30' });
    expect(Number(more?.['width'])).toBeGreaterThan(Number(all.find((one) => one.properties?.['role'] === 'less')?.properties?.['width']));
    expect(all.find((one) => one.properties?.['role'] === 'quarter-name')?.properties?.['text']).toBe('3 min');
  });

  it('tells what some may pass from what is shut to all', () => {
    const some = wholeClosure({ streets: ['Lane'], exempt: ['residents'] });
    expect(roles({ ...scene, closures: [some] }).filter((one) => one.startsWith('shut'))).toEqual(['shut-some', 'shut-some']);
    const both = roles({ ...scene, closures: [some, wholeClosure({ at: [[4.301, 52.08]] })] }).filter((one) => one === 'shut' || one === 'shut-some');
    expect(both).toEqual(['shut', 'shut-some']);
  });

  it('shows the traffic of one mode', () => {
    expect(roles({ ...scene, mode: 'bike' }).filter((one) => one === 'more' || one === 'less' || one === 'shut')).toEqual(['more']);
  });

  it('shows streets as they are before, without closures', () => {
    const before = roles({ ...scene, before: true, closures: [wholeClosure({ streets: ['Lane'] })] });
    expect(before.filter((one) => one === 'traffic')).toHaveLength(2);
    for (const role of ['shut', 'more', 'less', 'quarter-name']) expect(before).not.toContain(role);
  });

  it('shows what was just closed before the node answers', () => {
    const waiting = { ...scene, fresh: false, effect: null, closures: [wholeClosure({ streets: ['Lane'], within: [[[4.3, 52.08], [4.301, 52.08], [4.301, 52.081]]] })] };
    expect(roles(waiting).filter((one) => one === 'shut')).toHaveLength(2);
    expect(roles(waiting)).toContain('outline');
  });

  it('has a box, wider lines for more trips, and signed figures', () => {
    expect(boxOf(pieces)).toEqual([4.3, 52.08, 4.304, 52.082]);
    expect(boxOf([])).toBeNull();
    expect(widthOf(10, 100)).toBeLessThan(widthOf(100, 100));
    expect(widthOf(1, 0)).toBe(widthOf(0, 100));
    expect([signed(3.2), signed(-4)]).toEqual(['+3', '−4']);
  });
});

describe('the editor', () => {
  it('closes a street and opens it again, and undoes', () => {
    const editor = new Editor();
    expect(editor.street('Lane')).toBe('closed');
    expect(editor.drawn.map((one) => one.streets)).toEqual([['Lane']]);
    expect(editor.street('Lane')).toBe('opened');
    editor.undo();
    expect(editor.drawn).toHaveLength(1);
    editor.redo();
    expect(editor.drawn).toHaveLength(0);
    editor.stop();
  });

  it('closes the nearest piece, and nothing where no street is', () => {
    const editor = new Editor();
    expect(editor.point(pieces, [4.3011, 52.0801])).toMatchObject({ did: 'closed', piece: { edge: 0 } });
    expect(editor.point(pieces, [4.3013, 52.0801])).toMatchObject({ did: 'opened' });
    expect(editor.point(pieces, [4.4, 52.2])).toBeNull();
    expect(editor.drawn).toHaveLength(0);
    editor.stop();
  });

  it('closes what is inside an outline of three corners or more', () => {
    const editor = new Editor();
    editor.corner([4.3, 52.08]);
    editor.corner([4.304, 52.08]);
    expect(editor.outline()).toBe(false);
    editor.corner([4.304, 52.082]);
    expect(editor.outline()).toBe(true);
    expect(editor.drawn[0]?.within[0]).toHaveLength(3);
    expect(editor.corners).toEqual([]);
    editor.stop();
  });

  it('adds to the closure that is chosen, and opens everything at once', () => {
    const editor = new Editor([wholeClosure({ streets: ['Lane'] })]);
    editor.add();
    editor.street('Other');
    expect(editor.now.closures.map((one) => one.streets)).toEqual([['Lane'], ['Other']]);
    editor.reset();
    expect(editor.drawn).toEqual([]);
    editor.undo();
    expect(editor.drawn).toHaveLength(2);
    editor.stop();
  });
});

describe('neighbourhoods of the map', () => {
  it('are read with what is said of them', () => {
    expect(neighbourhoodsOf(ground.neighbourhoods)).toEqual([{ id: 'n', name: 'Quarter', zone: '', households: 10, residents: null }]);
  });
});

describe('homes that are cut off', () => {
  it('are told once a neighbourhood, the most households first', () => {
    const one = { neighbourhood: 'n', mode: 'car' as const, group: 'residents' as const, households: 10, streets: ['Lane'] };
    const cut = cutOff({ ...effect, cut_off: [one, { ...one, group: 'care', households: 12, streets: ['Alley', 'Lane'] }, { ...one, neighbourhood: 'm', households: 40 }] });
    expect(cut.map((each) => [each.neighbourhood, each.households])).toEqual([['m', 40], ['n', 12]]);
    expect(cut[1]?.streets).toEqual(['Alley', 'Lane']);
    expect(cut[1]?.trips.map((trip) => trip.group)).toEqual(['residents', 'care']);
  });
});
