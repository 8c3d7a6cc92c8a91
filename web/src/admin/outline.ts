// The outline of a site or zone while it is drawn: its corners in order, without the closing one. Pure functions; what
// the node would refuse is said here first. Not here: the map (OutlineMap.svelte), undoing (PlaceEditor.svelte).
import type { Outline } from '../api/types';

export type Corner = [longitude: number, latitude: number];
export type Box = [west: number, south: number, east: number, north: number];

/** As the node has it, holes included. */
export const CORNERS_MAX = 500;
/** Kept of a degree: a tenth of a metre. */
const DIGITS = 6;

export type Fault =
  | { kind: 'few' }
  | { kind: 'many' }
  | { kind: 'outside'; corner: number }
  | { kind: 'crossing'; one: number; other: number };

export const rounded = ([longitude, latitude]: Corner): Corner => [Number(longitude.toFixed(DIGITS)), Number(latitude.toFixed(DIGITS))];

/** The corners of the outside. */
export function cornersOf(outline: Outline | undefined): Corner[] {
  return (outline?.coordinates[0] ?? []).slice(0, -1).map(([longitude, latitude]) => [longitude, latitude]);
}

export function holesOf(outline: Outline | undefined): Corner[][] {
  return (outline?.coordinates ?? []).slice(1).map((ring) => ring.map(([longitude, latitude]) => [longitude, latitude]));
}

/** Closed, as the node takes it. */
export function outlineOf(corners: Corner[], holes: Corner[][] = []): Outline {
  const [first] = corners;
  return { type: 'Polygon', coordinates: [first ? [...corners, first] : [], ...holes] };
}

/** A new corner after another one; at the end when none is chosen. */
export function withCorner(corners: Corner[], after: number | null, corner: Corner): { corners: Corner[]; at: number } {
  const at = after === null ? corners.length : Math.min(after + 1, corners.length);
  return { corners: [...corners.slice(0, at), rounded(corner), ...corners.slice(at)], at };
}

export const withoutCorner = (corners: Corner[], at: number): Corner[] => corners.filter((_, index) => index !== at);

export const cornerMoved = (corners: Corner[], at: number, to: Corner): Corner[] =>
  corners.map((corner, index) => (index === at ? rounded(to) : corner));

export const allMoved = (corners: Corner[], [east, north]: Corner): Corner[] =>
  corners.map(([longitude, latitude]) => rounded([longitude + east, latitude + north]));

const sideOf = (corners: Corner[], at: number): [Corner, Corner] => [corners[at] ?? [0, 0], corners[(at + 1) % corners.length] ?? [0, 0]];

/** Half way to the next corner. */
export function middleOfSide(corners: Corner[], at: number): Corner {
  const [from, to] = sideOf(corners, at);
  return rounded([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]);
}

/** The middle of the box around the corners. */
export function middleOf(corners: Corner[]): Corner {
  const [east, north] = [corners.map((one) => one[0]), corners.map((one) => one[1])];
  return [(Math.min(...east) + Math.max(...east)) / 2, (Math.min(...north) + Math.max(...north)) / 2];
}

/** What the node would refuse; the first thing only. Corners and sides count from one. */
export function faultOf(corners: Corner[], holes: Corner[][], [west, south, east, north]: Box): Fault | null {
  if (corners.length < 3) return { kind: 'few' };
  if (corners.length + 1 + holes.flat().length > CORNERS_MAX) return { kind: 'many' };
  const outside = corners.findIndex(([longitude, latitude]) => !(longitude >= west && longitude <= east && latitude >= south && latitude <= north));
  if (outside >= 0) return { kind: 'outside', corner: outside + 1 };
  const crossing = crossingOf(corners);
  if (crossing) return { kind: 'crossing', one: crossing[0] + 1, other: crossing[1] + 1 };
  return null;
}

/** Above zero when a point lies left of the way from one to another. */
const leftOf = (from: Corner, to: Corner, point: Corner) => (to[0] - from[0]) * (point[1] - from[1]) - (to[1] - from[1]) * (point[0] - from[0]);
const apart = (from: Corner, to: Corner, one: Corner, other: Corner) => leftOf(from, to, one) * leftOf(from, to, other) < 0;

function crossingOf(corners: Corner[]): [number, number] | null {
  for (let one = 0; one < corners.length; one += 1) {
    const [a, b] = sideOf(corners, one);
    for (let other = one + 1; other < corners.length; other += 1) {
      const [c, d] = sideOf(corners, other);
      if (apart(a, b, c, d) && apart(c, d, a, b)) return [one, other];
    }
  }
  return null;
}

/** An id from a name: small letters, digits and hyphens. */
export function idOf(name: string): string {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 48).replace(/-+$/, '');
}
