// A camera on a mast that looks at a flat street: its points come back, noise shows as metres, bad points are refused.
import { describe, expect, it } from 'vitest';
import { metres, moved } from './drawn';
import { fit, fitted, outline, place, settingsLines, type Pair } from './homography';
import type { Position } from './types';

const MAST: Position = [4.2822, 52.0912];
const [HEIGHT_M, TILT, FOCAL, MIDDLE] = [6, (20 * Math.PI) / 180, 330, [192, 108]] as const;

/** The pixel of a spot some metres right of and ahead of the mast, by a pinhole that looks down by the tilt. */
function pixel(right: number, ahead: number): [number, number] {
  const depth = ahead * Math.cos(TILT) + HEIGHT_M * Math.sin(TILT);
  const down = HEIGHT_M * Math.cos(TILT) - ahead * Math.sin(TILT);
  return [MIDDLE[0] + (FOCAL * right) / depth, MIDDLE[1] + (FOCAL * down) / depth];
}
const pair = (right: number, ahead: number): Pair => ({ pixel: pixel(right, ahead), at: moved(MAST, right, ahead) });
const SPOTS: [number, number][] = [[-6, 14], [6, 15], [9, 40], [-10, 38], [0, 25], [4, 60]];
const pairs = SPOTS.map(([right, ahead]) => pair(right, ahead));

describe('the ground in a picture', () => {
  it.each([4, 5, 6])('comes back from %i points', (count) => {
    const made = fitted(pairs.slice(0, count));
    expect(made).not.toBeNull();
    if (!made) return;
    for (const [right, ahead] of [[2, 20], [-4, 33], [7, 50]] as const) {
      const there = place(made.map, made.ground, pixel(right, ahead));
      expect(there && metres(there, moved(MAST, right, ahead))).toBeLessThan(0.01);
    }
    if (count === 4) expect(made.error).toBeNull();
    else expect(made.error).toBeLessThan(0.01);
  });

  it('has an error when a point is off, and says which', () => {
    const wrong = pairs.map((one, index) => (index === 4 ? { ...one, at: moved(one.at, 5, 0) } : one));
    const made = fitted(wrong);
    expect(made?.error).toBeGreaterThan(1);
    const four = made?.off[4] ?? 0;
    expect(four).toBeGreaterThan(4);
    expect(four).toBeLessThan(6);
  });

  it('is not known from too few points, from a line, or from one point twice', () => {
    expect(fit(pairs.slice(0, 3))).toBeNull();
    expect(fit([pair(0, 12), pair(0, 20), pair(0, 30), pair(0, 45)])).toBeNull();
    expect(fit([pair(0, 12), pair(0, 12), pair(5, 30), pair(-5, 30)])).toBeNull();
  });

  it('has no place above the horizon', () => {
    const made = fitted(pairs);
    expect(made && place(made.map, made.ground, [192, -60])).toBeNull();
  });

  it('reaches as far as a camera is of use', () => {
    const made = fitted(pairs);
    const ring = made ? outline(made, 216) : [];
    expect(ring.length).toBeGreaterThan(20);
    const away = ring.map((one) => metres(MAST, one));
    expect(Math.min(...away)).toBeGreaterThan(4);
    expect(Math.max(...away)).toBeLessThan(170);
    expect(Math.max(...away)).toBeGreaterThan(100);
  });
});

it('is written as a post reads it', () => {
  expect(settingsLines([{ pixel: [52, 190.25], at: [4.28215, 52.09055] }])).toBe(
    '[[sensors.calibration]]\npixel = [52.0, 190.3]\nat = [4.2821500, 52.0905500]\n',
  );
});
