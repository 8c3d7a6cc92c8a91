// Pieces of street as the map has them: their names, and which is nearest to a point. Not here: routes, which are the node's.
import type { Ground, Mode, Position } from '../types';

export interface Piece {
  edge: number;
  /** Empty for a street without a name. */
  name: string;
  line: Position[];
  /** Who may use it; everybody where the node does not say. */
  modes: readonly string[] | null;
}

export interface Street {
  name: string;
  pieces: Piece[];
}

const METRES_PER_DEGREE = 111_320;
/** A click further from every street than this closes nothing. */
export const REACH_M_MAX = 60;

export function piecesOf(ground: Ground): Piece[] {
  return ground.streets.features.flatMap((one, at) => {
    if (one.geometry.type !== 'LineString') return [];
    const { edge, id, name, modes } = one.properties ?? {};
    return [{
      edge: Number(edge ?? id ?? one.id ?? at), name: typeof name === 'string' ? name : '', line: one.geometry.coordinates as Position[],
      modes: Array.isArray(modes) ? modes.map(String) : null,
    }];
  });
}

/** Streets by name; those without one are left out. */
export function streetsOf(pieces: readonly Piece[]): Street[] {
  const byName = new Map<string, Piece[]>();
  for (const one of pieces) if (one.name) byName.set(one.name, [...(byName.get(one.name) ?? []), one]);
  return [...byName].map(([name, all]) => ({ name, pieces: all })).sort((a, b) => a.name.localeCompare(b.name));
}

interface Near {
  piece: Piece;
  /** The point on it. */
  at: Position;
  metres: number;
}

/** The piece nearest to a point that one of the modes may use. */
export function nearest(pieces: readonly Piece[], point: Position, modes: readonly Mode[]): Near | null {
  let best: Near | null = null;
  for (const piece of pieces) {
    if (piece.modes && modes.length > 0 && !modes.some((mode) => piece.modes?.includes(mode))) continue;
    for (let step = 1; step < piece.line.length; step++) {
      const [from, to] = [piece.line[step - 1], piece.line[step]];
      if (!from || !to) continue;
      const at = onto(point, from, to);
      const metres = away(point, at);
      if (!best || metres < best.metres) best = { piece, at, metres };
    }
  }
  return best;
}

/** The point of a stretch that is nearest to another. */
function onto(point: Position, from: Position, to: Position): Position {
  const shrink = Math.cos((point[1] * Math.PI) / 180);
  const [dx, dy] = [(to[0] - from[0]) * shrink, to[1] - from[1]];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((point[0] - from[0]) * shrink * dx + (point[1] - from[1]) * dy) / length;
  const part = Math.min(1, Math.max(0, along));
  return [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
}

export function away(one: Position, other: Position): number {
  const east = (one[0] - other[0]) * Math.cos((one[1] * Math.PI) / 180);
  return Math.hypot(east, one[1] - other[1]) * METRES_PER_DEGREE;
}

export const metresOf = (piece: Piece): number => piece.line.reduce((sum, at, step) => sum + (step === 0 ? 0 : away(piece.line[step - 1] ?? at, at)), 0);

/** The point halfway along a piece. */
export function middleOf(piece: Piece): Position {
  let left = metresOf(piece) / 2;
  for (let step = 1; step < piece.line.length; step++) {
    const [from, to] = [piece.line[step - 1], piece.line[step]];
    if (!from || !to) continue;
    const length = away(from, to);
    if (length >= left) return length === 0 ? from : [from[0] + ((to[0] - from[0]) * left) / length, from[1] + ((to[1] - from[1]) * left) / length];
    left -= length;
  }
  return piece.line.at(-1) ?? [0, 0];
}

/** As the plan keeps a point: about a decimetre. */
export const kept = ([longitude, latitude]: Position): Position => [Number(longitude.toFixed(6)), Number(latitude.toFixed(6))];

/** The pieces that closures close, as far as can be told before the node answers: whole streets, and the nearest piece to each point. */
export function shutBy(pieces: readonly Piece[], closures: readonly { streets: string[]; at: number[][]; modes: Mode[] }[]): Set<number> {
  const shut = new Set<number>();
  for (const closure of closures) {
    const names = new Set(closure.streets);
    if (names.size > 0) for (const piece of pieces) if (names.has(piece.name)) shut.add(piece.edge);
    for (const at of closure.at) {
      const near = nearest(pieces, at as Position, closure.modes);
      if (near) shut.add(near.piece.edge);
    }
  }
  return shut;
}
