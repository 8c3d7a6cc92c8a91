// Items as map features: a spot each, with its shape and its uncertainty. Pure.
import type { Cluster, Kind, Place } from '../api/types';

export type Tone = 'alert' | 'waiting' | 'calm' | 'faded';
type Point = [number, number];
type Feature = GeoJSON.Feature;

const CIRCLE_CORNERS = 48;
/** More circles than this hide the map. */
const CIRCLES_MAX = 25;
const METRES_PER_DEGREE = 111_320;

/** What the map needs of an item, or of a span of the past. */
export interface Drawn {
  id: string;
  kind: Kind;
  title: string;
  tone: Tone;
  place?: Place | undefined;
}

export interface Context {
  pointOf: (item: Drawn) => Point | undefined;
  chosen: string | null;
}

/** One spot for each item that has a point to stand on. */
export function spots(items: Drawn[], context: Context): GeoJSON.FeatureCollection {
  const features: Feature[] = [];
  for (const item of items) {
    const point = context.pointOf(item);
    if (!point) continue;
    features.push({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: point },
      properties: {
        id: item.id, kind: item.kind, tone: item.tone, title: item.title, chosen: item.id === context.chosen,
      },
    });
  }
  return { type: 'FeatureCollection', features };
}

/** The shapes of items and the circles within which points are. Of many, the circles of what is calm are `quiet`. */
export function shapes(items: Drawn[], context: Context): GeoJSON.FeatureCollection {
  const features: Feature[] = [];
  const crowded = items.length > CIRCLES_MAX;
  for (const item of items) {
    const geometry = item.place?.geometry;
    const properties = { id: item.id, tone: item.tone, chosen: item.id === context.chosen };
    if (geometry && geometry.type !== 'Point') {
      const role = geometry.type === 'LineString' ? 'path' : 'area';
      features.push({ type: 'Feature', geometry, properties: { ...properties, role } });
    }
    const point = context.pointOf(item);
    const radius = item.place?.uncertainty_m ?? 0;
    if (point && radius > 0 && (!geometry || geometry.type === 'Point')) {
      const quiet = crowded && !properties.chosen && (properties.tone === 'calm' || properties.tone === 'faded');
      features.push({ type: 'Feature', geometry: circle(point, radius), properties: { ...properties, role: quiet ? 'quiet' : 'reach' } });
    }
  }
  return { type: 'FeatureCollection', features };
}

/** The node's clusters, when there are more items than a map should draw one by one. */
export function crowds(clusters: Cluster[]): GeoJSON.FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: clusters.map(({ longitude, latitude, count, severity }) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [longitude, latitude] },
      properties: { count, alerts: severity === 'extreme' || severity === 'severe' ? 1 : 0 },
    })),
  };
}

/** A circle of so many metres around a point (flat earth: exact enough within an area). */
export function circle([longitude, latitude]: Point, radius_m: number): GeoJSON.Polygon {
  const up = radius_m / METRES_PER_DEGREE;
  const across = up / Math.max(Math.cos((latitude * Math.PI) / 180), 0.01);
  const ring: Point[] = [];
  for (let corner = 0; corner <= CIRCLE_CORNERS; corner += 1) {
    const turn = (corner % CIRCLE_CORNERS) * ((2 * Math.PI) / CIRCLE_CORNERS);
    ring.push([longitude + across * Math.cos(turn), latitude + up * Math.sin(turn)]);
  }
  return { type: 'Polygon', coordinates: [ring] };
}
