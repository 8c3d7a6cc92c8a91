// An observation on the map: its ellipse, the directions it came from, the sensors, and what a camera sees. Pure.
// Not here: the colours (picture/style.ts).
import type { BearingLine, Observation, Position, Sensor } from './types';

type Feature = GeoJSON.Feature;

const METRES_PER_DEGREE = 111_194.9;
const CORNERS = 64;
/** A direction without a place is drawn this far. */
const REACH_M = 400;

/** The position some metres east and north of another. */
export function moved([longitude, latitude]: Position, east: number, north: number): Position {
  return [longitude + east / (METRES_PER_DEGREE * Math.cos((latitude * Math.PI) / 180)), latitude + north / METRES_PER_DEGREE];
}

/** Metres between two positions, on the flat. */
export function metres(one: Position, other: Position): number {
  const east = (other[0] - one[0]) * METRES_PER_DEGREE * Math.cos((one[1] * Math.PI) / 180);
  return Math.hypot(east, (other[1] - one[1]) * METRES_PER_DEGREE);
}

export function ellipse(at: Position, major: number, minor: number, towardsDeg: number): GeoJSON.Polygon {
  const turn = (towardsDeg * Math.PI) / 180;
  const ring: Position[] = [];
  for (let corner = 0; corner <= CORNERS; corner += 1) {
    const angle = ((corner % CORNERS) / CORNERS) * 2 * Math.PI;
    const [along, across] = [major * Math.cos(angle), minor * Math.sin(angle)];
    ring.push(moved(at, along * Math.sin(turn) + across * Math.cos(turn), along * Math.cos(turn) - across * Math.sin(turn)));
  }
  return { type: 'Polygon', coordinates: [ring] };
}

/** The wedge in which a direction lies, as far as the place, or as far as is of use. */
export function wedge(line: BearingLine, place: Position | null): GeoJSON.Polygon {
  const from: Position = [line.from[0] ?? 0, line.from[1] ?? 0];
  const reach = place ? metres(from, place) * 1.15 : REACH_M;
  const half = Math.min(Math.max(line.width_deg, 1), 60);
  const edge = (degrees: number): Position => {
    const radians = (degrees * Math.PI) / 180;
    return moved(from, reach * Math.sin(radians), reach * Math.cos(radians));
  };
  const arc = Array.from({ length: 13 }, (_, at) => edge(line.towards_deg - half + (at / 12) * 2 * half));
  return { type: 'Polygon', coordinates: [[from, ...arc, from]] };
}

/** What the map draws of an observation and of the sensors. */
export function drawn(observation: Observation | null, sensors: Sensor[], camera: string | null = null): GeoJSON.FeatureCollection {
  const features: Feature[] = [];
  const add = (geometry: GeoJSON.Geometry, properties: Record<string, unknown>) => features.push({ type: 'Feature', geometry, properties });
  const place = observation?.place;
  const at = place ? ([place.at[0] ?? 0, place.at[1] ?? 0] as Position) : null;
  for (const { sensor } of sensors) {
    if (sensor.id === camera && sensor.sees && sensor.sees.length > 2) {
      const ring = sensor.sees as Position[];
      add({ type: 'Polygon', coordinates: [[...ring, ring[0] as Position]] }, { role: 'sees' });
    }
  }
  for (const line of observation?.bearings ?? []) add(wedge(line, at), { role: 'bearing' });
  if (place && at) {
    add(ellipse(at, place.major_m, place.minor_m, place.towards_deg), { role: 'ellipse' });
    add({ type: 'Point', coordinates: at }, { role: 'middle' });
  }
  const heard = new Set(observation?.levels?.map((one) => one.sensor));
  const out = new Set(place?.left_out?.map((one) => one.sensor));
  for (const { sensor } of sensors) {
    const role = sensor.kind === 'camera' ? 'camera' : 'microphone';
    const fit = sensor.health.state === 'working' || sensor.health.state === 'learning';
    const part = out.has(sensor.id) ? 'left_out' : heard.has(sensor.id) ? 'heard' : 'quiet';
    add({ type: 'Point', coordinates: sensor.at }, { role, part, fit, name: sensor.register.name });
  }
  return { type: 'FeatureCollection', features };
}

/** A numbered spot. */
export interface Mark {
  at: Position;
  name: string;
  chosen?: boolean;
}

/** With numbered spots on it, and what a camera would see. */
export function marked(base: GeoJSON.FeatureCollection, marks: Mark[], sees: Position[] | null): GeoJSON.FeatureCollection {
  const spots = marks.map((one): Feature => ({ type: 'Feature', geometry: { type: 'Point', coordinates: one.at }, properties: { role: 'mark', name: one.name, chosen: one.chosen ?? false } }));
  const [first] = sees ?? [];
  const outline: Feature[] = sees && first ? [{ type: 'Feature', geometry: { type: 'Polygon', coordinates: [[...sees, first]] }, properties: { role: 'sees' } }] : [];
  return { ...base, features: [...outline, ...base.features, ...spots] };
}

/** A window that holds the place and the sensors that have to do with it. */
export function frame(observation: Observation | null, sensors: Sensor[]): [number, number, number, number] | null {
  const points: Position[] = [];
  const place = observation?.place;
  if (place) {
    const at: Position = [place.at[0] ?? 0, place.at[1] ?? 0];
    const room = Math.max(place.major_m * 1.6, 120);
    points.push(moved(at, -room, -room), moved(at, room, room));
  }
  const parts = new Set([...(observation?.levels?.map((one) => one.sensor) ?? []), ...(observation?.cameras?.filter((one) => one.sees).map((one) => one.sensor) ?? [])]);
  const wanted = observation ? sensors.filter(({ sensor }) => parts.has(sensor.id)) : sensors;
  points.push(...wanted.map(({ sensor }) => sensor.at as Position));
  const [first] = points;
  if (!first) return null;
  const [east, north] = [points.map((one) => one[0]), points.map((one) => one[1])];
  const [west, south] = moved([Math.min(...east), Math.min(...north)], -60, -60);
  const [right, top] = moved([Math.max(...east), Math.max(...north)], 60, 60);
  return [west, south, right, top];
}
