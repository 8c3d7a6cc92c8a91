import { describe, expect, it } from 'vitest';
import {
  allMoved, cornerMoved, cornersOf, faultOf, holesOf, idOf, middleOf, middleOfSide, outlineOf, withCorner, withoutCorner, type Box, type Corner, type Fault,
} from './outline';

const BOUNDS: Box = [4, 52, 5, 53];
const [A, B, C, D]: Corner[] = [[4.1, 52.1], [4.2, 52.1], [4.2, 52.2], [4.1, 52.2]];
const HOLE: Corner[] = [[4.12, 52.12], [4.14, 52.12], [4.14, 52.14], [4.12, 52.12]];

describe('an outline', () => {
  it('is closed for the node and open while it is drawn', () => {
    const outline = outlineOf([A!, B!, C!], [HOLE]);
    expect(outline.coordinates[0]).toEqual([A, B, C, A]);
    expect(cornersOf(outline)).toEqual([A, B, C]);
    expect(holesOf(outline)).toEqual([HOLE]);
    expect(cornersOf(undefined)).toEqual([]);
    expect(outlineOf([]).coordinates).toEqual([[]]);
  });

  it('grows after the chosen corner, shrinks and moves', () => {
    expect(withCorner([A!, C!], 0, B!)).toEqual({ corners: [A, B, C], at: 1 });
    expect(withCorner([A!, B!], null, C!)).toEqual({ corners: [A, B, C], at: 2 });
    expect(withCorner([], 3, [4.12345678, 52]).corners).toEqual([[4.123457, 52]]);
    expect(withoutCorner([A!, B!, C!], 1)).toEqual([A, C]);
    expect(cornerMoved([A!, B!], 1, C!)).toEqual([A, C]);
    expect(allMoved([A!, B!], [0.1, 0.2])).toEqual([[4.2, 52.3], [4.3, 52.3]]);
    expect(middleOfSide([A!, B!, C!, D!], 3)).toEqual([4.1, 52.15]);
    expect(middleOf([A!, C!]).map((one) => one.toFixed(3))).toEqual(['4.150', '52.150']);
  });

  const check = (corners: Corner[], fault: Fault | null, holes: Corner[][] = []) => expect(faultOf(corners, holes, BOUNDS)).toEqual(fault);
  it('says what the node would refuse', () => {
    check([A!, B!, C!, D!], null);
    check([A!, B!, C!, D!], null, [HOLE]);
    check([A!, B!], { kind: 'few' });
    check([A!, B!, [5.1, 52.2]], { kind: 'outside', corner: 3 });
    check([A!, B!, [4.2, Number.NaN]], { kind: 'outside', corner: 3 });
    check([A!, C!, B!, D!], { kind: 'crossing', one: 1, other: 3 });
    check(Array.from({ length: 500 }, (): Corner => A!), { kind: 'many' });
    check(Array.from({ length: 496 }, (): Corner => A!), { kind: 'many' }, [HOLE]);
  });

  it.each([['North gate', 'north-gate'], ['  Café “De Ster” ', 'cafe-de-ster'], ['***', ''], ['x'.repeat(60), 'x'.repeat(48)]])('%s gets an id', (name, id) => {
    expect(idOf(name)).toBe(id);
  });
});
