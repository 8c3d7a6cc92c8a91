// A point of the plan on the ground: whether it is one, on which street it lies, and how points are drawn. Not here: the field.
import { boxOf } from '../streets/drawn';
import { nearest, type Piece } from '../streets/pieces';
import type { Drawn, Position } from '../types';

/** Routes begin at a street within so many metres of a destination; the node looks no further. */
export const SNAP_M_MAX = 500;

/** Room around the streets, as a share of them. */
const ROOM_SHARE = 0.1;

export const isOnEarth = (longitude: number, latitude: number): boolean => Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90;

export interface StreetAt {
  name: string;
  metres: number;
  /** Further than routes begin. */
  far: boolean;
}

/** The street that a point is on or beside; none while there are no streets. */
export function streetAt(pieces: readonly Piece[], at: Position): StreetAt | null {
  const near = nearest(pieces, at, []);
  return near && { name: near.piece.name, metres: near.metres, far: near.metres > SNAP_M_MAX };
}

/** Streets with places on them, as the map takes them. */
export function drawnPlaces(pieces: readonly Piece[], places: readonly { name: string; at: readonly number[] }[]): Drawn {
  const ways = pieces.map((one): GeoJSON.Feature => ({ type: 'Feature', geometry: { type: 'LineString', coordinates: one.line }, properties: { role: 'way' } }));
  const points = places.map(({ name, at }): GeoJSON.Feature => ({ type: 'Feature', geometry: { type: 'Point', coordinates: [...at] }, properties: { role: 'place', text: name } }));
  return { type: 'FeatureCollection', features: [...ways, ...points] };
}

/** All streets with room around them: places where they leave the map lie at its edge, and have a name. */
export function roomy(pieces: readonly Piece[]): [number, number, number, number] | null {
  const box = boxOf(pieces);
  if (!box) return null;
  const [west, south, east, north] = box;
  const [wide, high] = [(east - west) * ROOM_SHARE, (north - south) * ROOM_SHARE];
  return [west - wide, south - high, east + wide, north + high];
}
