// From points of a picture to points of the ground: the projective map that fits pairs best (normalised direct linear
// transformation, Hartley 1997), how far off it is, and what of the ground a picture shows. Pure. Not here: choosing the points.
import { metres, moved } from './drawn';
import type { Position } from './types';

export interface Pair {
  /** Pixels from the left and from the top of a picture that is 384 wide. */
  pixel: [number, number];
  at: Position;
}

export type Homography = readonly number[];
type Point = [number, number];

export const PAIRS_MIN = 4;
export const PAIRS_MAX = 12;
/** The width of a picture as posts have it. */
export const WIDTH_PX = 384;
/** Nobody trusts a camera of the street further than this. */
const REACH_M = 150;
const METRES_PER_DEGREE = 111_194.9;
/** Smaller than this beside the largest, a number is nought. */
const NOUGHT = 1e-7;

/** A flat piece of ground around a position: metres east and north. */
export interface Ground {
  middle: Position;
}

export const groundOf = (pairs: Pair[]): Ground => ({
  middle: [mean(pairs.map((one) => one.at[0])), mean(pairs.map((one) => one.at[1]))],
});

const toMetres = ({ middle }: Ground, at: Position): Point => [
  (at[0] - middle[0]) * METRES_PER_DEGREE * Math.cos((middle[1] * Math.PI) / 180), (at[1] - middle[1]) * METRES_PER_DEGREE,
];

/** The map from picture to ground that fits pairs; null when they do not say where anything is. */
export function fit(pairs: Pair[], ground: Ground = groundOf(pairs)): Homography | null {
  if (pairs.length < PAIRS_MIN) return null;
  const from = normalised(pairs.map((one) => one.pixel));
  const to = normalised(pairs.map((one) => toMetres(ground, one.at)));
  if (!from || !to) return null;
  const sum = Array.from({ length: 9 }, () => new Array<number>(9).fill(0));
  from.points.forEach(([x, y], index) => {
    const [u, v] = to.points[index] as Point;
    for (const row of [[-x, -y, -1, 0, 0, 0, u * x, u * y, u], [0, 0, 0, -x, -y, -1, v * x, v * y, v]]) {
      row.forEach((a, i) => row.forEach((b, j) => ((sum[i] as number[])[j] = ((sum[i] as number[])[j] ?? 0) + a * b)));
    }
  });
  const { values, vectors } = eigen(sum);
  const order = values.map((value, index) => [value, index] as const).sort((one, two) => one[0] - two[0]);
  const [least, next, most] = [order[0], order[1], order[8]];
  // Two maps fit as well as one another: points on a line, or the same point twice.
  if (!least || !next || !most || next[0] < most[0] * NOUGHT) return null;
  const h = vectors.map((row) => row[least[1]] ?? 0);
  const made = product(inverseOf(to), product(h, matrixOf(from)));
  const size = Math.hypot(...made);
  // On one side of the horizon all points have one sign: let it be plus.
  const sign = Math.sign(depth(made, pairs[0]?.pixel ?? [0, 0])) || 1;
  const scaled = made.map((one) => (one * sign) / size);
  return pairs.every((one) => depth(scaled, one.pixel) > 0) ? scaled : null;
}

/** Where on the ground a pixel is; null at the horizon and above it. */
export function place(h: Homography, ground: Ground, [x, y]: Point): Position | null {
  const w = depth(h, [x, y]);
  if (w <= 0) return null;
  return moved(ground.middle, (at(h, 0) * x + at(h, 1) * y + at(h, 2)) / w, (at(h, 3) * x + at(h, 4) * y + at(h, 5)) / w);
}

export interface Fitted {
  map: Homography;
  ground: Ground;
  /** How far each point is off, in metres: placed by the others when there are more than four, null else. */
  off: (number | null)[];
  /** Root of the mean square of those; null when there are four points only, which always fit. */
  error: number | null;
}

/** The map of the pairs, and how far off it is. Null when they do not lie well. */
export function fitted(pairs: Pair[]): Fitted | null {
  const ground = groundOf(pairs);
  const map = fit(pairs, ground);
  if (!map) return null;
  const off = pairs.map((one, index) => {
    if (pairs.length <= PAIRS_MIN) return null;
    const others = fit(pairs.filter((_, other) => other !== index), ground);
    const there = others && place(others, ground, one.pixel);
    return there ? metres(there, one.at) : null;
  });
  const known = off.filter((one): one is number => one !== null);
  return { map, ground, off, error: known.length > 0 ? Math.sqrt(mean(known.map((one) => one ** 2))) : null };
}

/** What of the ground a picture shows, as far as a camera is of use, seen from the nearest ground in it. */
export function outline({ map, ground }: Fitted, height: number, columns = 24): Position[] {
  const near: Position[] = [];
  const far: Position[] = [];
  const from = place(map, ground, [WIDTH_PX / 2, height]) ?? ground.middle;
  for (let column = 0; column <= columns; column += 1) {
    const x = (column / columns) * WIDTH_PX;
    let last: Position | null = null;
    for (let y = height; y >= 0; y -= 2) {
      const there = place(map, ground, [x, y]);
      if (!there || metres(from, there) > REACH_M) break;
      if (!last) near.push(there);
      last = there;
    }
    if (last) far.push(last);
  }
  return near.length < 2 ? [] : [...near, ...far.reverse()];
}

/** The lines of the settings of a post. */
export function settingsLines(pairs: Pair[]): string {
  return pairs
    .map((one) => `[[sensors.calibration]]\npixel = [${one.pixel.map((part) => part.toFixed(1)).join(', ')}]\nat = [${one.at.map((part) => part.toFixed(7)).join(', ')}]\n`)
    .join('\n');
}

// ---- algebra, three by three and nine by nine

interface Normalised {
  points: Point[];
  middle: Point;
  scale: number;
}

/** Around nought, and the root of two away from it on average: else the sums below lose their digits. */
function normalised(points: Point[]): Normalised | null {
  const middle: Point = [mean(points.map((one) => one[0])), mean(points.map((one) => one[1]))];
  const away = mean(points.map(([x, y]) => Math.hypot(x - middle[0], y - middle[1])));
  if (!(away > 0)) return null;
  const scale = Math.SQRT2 / away;
  return { middle, scale, points: points.map(([x, y]) => [(x - middle[0]) * scale, (y - middle[1]) * scale]) };
}

const matrixOf = ({ middle: [x, y], scale }: Normalised): number[] => [scale, 0, -x * scale, 0, scale, -y * scale, 0, 0, 1];
const inverseOf = ({ middle: [x, y], scale }: Normalised): number[] => [1 / scale, 0, x, 0, 1 / scale, y, 0, 0, 1];
const at = (list: readonly number[], index: number): number => list[index] ?? 0;
const depth = (h: Homography, [x, y]: Point): number => at(h, 6) * x + at(h, 7) * y + at(h, 8);
const mean = (values: number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

function product(one: readonly number[], other: readonly number[]): number[] {
  return Array.from({ length: 9 }, (_, index) => {
    const [row, column] = [Math.floor(index / 3) * 3, index % 3];
    return at(one, row) * at(other, column) + at(one, row + 1) * at(other, column + 3) + at(one, row + 2) * at(other, column + 6);
  });
}

/** Eigenvalues and, as columns, eigenvectors of a symmetric matrix: turns of Jacobi. */
function eigen(matrix: number[][]): { values: number[]; vectors: number[][] } {
  const size = matrix.length;
  const a = matrix.map((row) => Float64Array.from(row));
  const v = a.map((_, i) => Float64Array.from({ length: size }, (__, j) => (i === j ? 1 : 0)));
  const cell = (m: Float64Array[], i: number, j: number) => m[i]?.[j] ?? 0;
  const set = (m: Float64Array[], i: number, j: number, value: number) => {
    const row = m[i];
    if (row) row[j] = value;
  };
  for (let sweep = 0; sweep < 60; sweep += 1) {
    let rest = 0;
    for (let i = 0; i < size; i += 1) for (let j = 0; j < i; j += 1) rest += cell(a, i, j) ** 2;
    if (rest < 1e-28) break;
    for (let p = 0; p < size; p += 1) {
      for (let q = p + 1; q < size; q += 1) {
        if (Math.abs(cell(a, p, q)) < 1e-300) continue;
        const theta = (cell(a, q, q) - cell(a, p, p)) / (2 * cell(a, p, q));
        const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const cosine = 1 / Math.hypot(tangent, 1);
        const sine = tangent * cosine;
        for (let k = 0; k < size; k += 1) {
          const [kp, kq] = [cell(a, k, p), cell(a, k, q)];
          set(a, k, p, cosine * kp - sine * kq);
          set(a, k, q, sine * kp + cosine * kq);
        }
        for (let k = 0; k < size; k += 1) {
          const [pk, qk] = [cell(a, p, k), cell(a, q, k)];
          set(a, p, k, cosine * pk - sine * qk);
          set(a, q, k, sine * pk + cosine * qk);
          const [vp, vq] = [cell(v, k, p), cell(v, k, q)];
          set(v, k, p, cosine * vp - sine * vq);
          set(v, k, q, sine * vp + cosine * vq);
        }
      }
    }
  }
  return { values: a.map((row, index) => row[index] ?? 0), vectors: v.map((row) => [...row]) };
}
