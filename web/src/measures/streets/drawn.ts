// What closures do, as features for the map: pieces that are shut, have more and have less traffic, and minutes by neighbourhood. Each
// has a role, which picture/ways.ts gives its colour and its width. Not here: the map.
import type { WholeClosure } from '../plan/draft';
import type { Drawn, Ground, Mode, Position, Reach, StreetEffect } from '../types';
import { shutBy, type Piece } from './pieces';

export interface Scene {
  ground: Ground;
  pieces: readonly Piece[];
  /** What is drawn here, and what the chosen measures close. */
  closures: readonly WholeClosure[];
  /** Whether the answer is of what is drawn now: until then what is shut is told from the drawing. */
  fresh: boolean;
  effect: StreetEffect | null;
  /** Whose traffic is shown. */
  mode: Mode;
  /** The streets as they are, without closures. */
  before: boolean;
  /** How far one gets, in the place of traffic, and the minutes that were asked. */
  reach: { told: Reach; minutes: number } | null;
  /** The corners of an outline that is being drawn. */
  corners: readonly Position[];
  /** The street that the reader points at in the list. */
  pointed: string;
  minutes: (value: number) => string;
}

/** Fewer trips more or less than this are not worth a colour. */
export const TRIPS_MIN = 0.5;
/** So many changes are written beside their piece, and so many neighbourhoods have their minutes on them: the worst. */
const WRITTEN_MAX = 40;
const NAMED_MAX = 14;
/** So many trips a day are a wide line, also when nothing changes more. */
const TRIPS_WIDE = 300;
const WIDTH_MAX = 11;
const WIDTH_MIN = 2.5;

/** The width of a line for a number of trips, in pixels: half of the most is more than half as wide, so that little is seen too. */
export const widthOf = (trips: number, most: number): number => (most <= 0 ? WIDTH_MIN : WIDTH_MIN + (WIDTH_MAX - WIDTH_MIN) * Math.sqrt(Math.min(1, trips / most)));

export const signed = (trips: number): string => `${trips < 0 ? '−' : '+'}${Math.round(Math.abs(trips))}`;

export function drawn(scene: Scene): Drawn {
  const line = (coordinates: number[][], role: string, more: object = {}): GeoJSON.Feature => ({ type: 'Feature', geometry: { type: 'LineString', coordinates }, properties: { role, ...more } });
  const features: GeoJSON.Feature[] = places(scene);
  for (const piece of scene.pieces) features.push(line(piece.line, 'way'));
  const changed = scene.reach ? [] : (scene.effect?.changed.filter((one) => one.mode === scene.mode) ?? []);
  if (scene.reach) features.push(...reached(scene.pieces, scene.reach, line));
  else if (scene.before) {
    const most = Math.max(TRIPS_WIDE, ...changed.map((one) => one.trips_before));
    for (const one of changed) if (one.trips_before >= TRIPS_MIN) features.push(line(one.line, 'traffic', { width: widthOf(one.trips_before, most) }));
    return { type: 'FeatureCollection', features: [...features, ...pointed(scene, line)] };
  }
  const open = changed.filter((one) => !one.shut && Math.abs(one.trips_after - one.trips_before) >= TRIPS_MIN);
  const most = Math.max(TRIPS_WIDE, ...open.map((one) => Math.abs(one.trips_after - one.trips_before)));
  const written = new Set([...open].sort((a, b) => Math.abs(b.trips_after - b.trips_before) - Math.abs(a.trips_after - a.trips_before)).slice(0, WRITTEN_MAX));
  for (const one of open) {
    const trips = one.trips_after - one.trips_before;
    features.push(line(one.line, trips > 0 ? 'more' : 'less', { width: widthOf(Math.abs(trips), most), text: written.has(one) ? signed(trips) : '' }));
  }
  const { whole, some } = shut(scene);
  for (const piece of scene.pieces) if (whole.has(piece.edge)) features.push(line(piece.line, 'shut'));
    else if (some.has(piece.edge)) features.push(line(piece.line, 'shut-some'));
  for (const closure of scene.closures) {
    for (const outline of closure.within) features.push(ring(outline, 'outline'));
    for (const at of closure.at) features.push({ type: 'Feature', geometry: { type: 'Point', coordinates: at }, properties: { role: 'shut-at' } });
  }
  return { type: 'FeatureCollection', features: [...features, ...pointed(scene, line), ...corners(scene, line)] };
}

/** Pieces that are shut to everybody of the mode, and those that some may pass. The node knows which they are; until it answers, and of
 *  those through which all its trips may still go, the drawing does. */
function shut({ pieces, closures, effect, fresh, mode }: Scene): { whole: Set<number>; some: Set<number> } {
  const held = closures.filter((one) => one.modes.includes(mode));
  const some = shutBy(pieces, held.filter((one) => one.exempt.length > 0));
  const toAll = held.filter((one) => one.exempt.length === 0);
  const drawnShut = shutBy(pieces, toAll);
  const told = fresh ? (effect?.changed ?? []).filter((one) => one.mode === mode && one.shut).map((one) => one.edge) : [];
  if (toAll.length === 0) return { whole: drawnShut, some: new Set([...some, ...told]) };
  const whole = told.length > 0 ? new Set(told.filter((edge) => drawnShut.has(edge) || !some.has(edge))) : drawnShut;
  return { whole, some };
}

/** Pieces that are reached in time, the sooner the wider, and those that are not any more. */
function reached(pieces: readonly Piece[], { told, minutes }: { told: Reach; minutes: number }, line: (coordinates: number[][], role: string, more?: object) => GeoJSON.Feature): GeoJSON.Feature[] {
  const of = new Map(told.pieces.map((one) => [one.edge, one]));
  return pieces.flatMap((piece) => {
    const one = of.get(piece.edge);
    if (!one) return [];
    if (one.minutes == null) return [line(piece.line, 'lost')];
    return [line(piece.line, 'reached', { width: WIDTH_MAX - (WIDTH_MAX - WIDTH_MIN) * Math.min(1, one.minutes / minutes) })];
  });
}

/** Neighbourhoods: how dark, by the minutes that a household loses there. */
function places({ ground, effect, before, reach, minutes }: Scene): GeoJSON.Feature[] {
  const lost = new Map((before || reach ? [] : (effect?.neighbourhoods ?? [])).map((one) => [one.id, one.minutes_per_household_per_day]));
  const most = Math.max(0, ...lost.values());
  const named = new Set([...lost].sort((a, b) => b[1] - a[1]).slice(0, NAMED_MAX).map(([id]) => id));
  return ground.neighbourhoods.features.flatMap((one) => {
    const id = String(one.properties?.['id'] ?? '');
    const value = lost.get(id) ?? 0;
    const middle = centre(one.geometry);
    const shape: GeoJSON.Feature = { ...one, properties: { role: 'quarter', weight: most > 0 ? value / most : 0 } };
    if (value < 0.05 || !named.has(id) || !middle) return [shape];
    return [shape, { type: 'Feature', geometry: { type: 'Point', coordinates: middle }, properties: { role: 'quarter-name', text: minutes(value) } }];
  });
}

function pointed(scene: Scene, line: (coordinates: number[][], role: string) => GeoJSON.Feature): GeoJSON.Feature[] {
  return scene.pointed ? scene.pieces.filter((one) => one.name === scene.pointed).map((one) => line(one.line, 'pointed')) : [];
}

function corners(scene: Scene, line: (coordinates: number[][], role: string) => GeoJSON.Feature): GeoJSON.Feature[] {
  const points = scene.corners.map((at): GeoJSON.Feature => ({ type: 'Feature', geometry: { type: 'Point', coordinates: at }, properties: { role: 'corner' } }));
  return scene.corners.length > 1 ? [line([...scene.corners], 'corners'), ...points] : points;
}

function ring(outline: number[][], role: string): GeoJSON.Feature {
  const [first] = outline;
  return { type: 'Feature', geometry: { type: 'Polygon', coordinates: [first ? [...outline, first] : outline] }, properties: { role } };
}

function centre(geometry: GeoJSON.Geometry): number[] | null {
  const outline = geometry.type === 'Polygon' ? geometry.coordinates[0] : geometry.type === 'MultiPolygon' ? geometry.coordinates[0]?.[0] : undefined;
  if (!outline || outline.length < 3) return null;
  const open = outline.slice(0, -1);
  return [0, 1].map((axis) => open.reduce((sum, at) => sum + (at[axis] ?? 0), 0) / open.length);
}

/** The box around all pieces, with a little room. */
export function boxOf(pieces: readonly Piece[]): [number, number, number, number] | null {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const piece of pieces) {
    for (const [longitude, latitude] of piece.line) {
      [west, east] = [Math.min(west, longitude), Math.max(east, longitude)];
      [south, north] = [Math.min(south, latitude), Math.max(north, latitude)];
    }
  }
  return west < east ? [west, south, east, north] : null;
}
