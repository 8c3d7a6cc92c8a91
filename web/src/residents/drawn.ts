// What the residents' map draws, and how. Not here: the map itself (ResidentsMap.svelte).
import type { ExpressionSpecification, FilterSpecification, StyleSpecification } from 'maplibre-gl';
import { colour } from '../stores/theme.svelte';
import type { Known } from './data';
import { stands } from './street';
import type { Street } from './types';

type Box = [west: number, south: number, east: number, north: number];
export interface Drawn { streets: GeoJSON.FeatureCollection; places: GeoJSON.FeatureCollection }

const FONT = ['Belfry Semibold', 'system-ui', 'Roboto', 'Noto Sans'];
const wide = (at13: number, at18: number): ExpressionSpecification => ['interpolate', ['exponential', 1.6], ['zoom'], 13, at13, 18, at18];

/** The box around lines, with a little room. */
export function bounds(streets: Street[]): Box {
  const box: Box = [180, 90, -180, -90];
  for (const [x = 0, y = 0] of streets.flatMap((one) => one.geometry.coordinates.flat())) {
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  }
  return box[0] <= box[2] ? box : [-180, -85, 180, 85];
}

/** Each street with how it is now; and places at which a piece, not a whole street, is closed. */
export function drawn({ page, streets }: Known, chosen: Street | null, now: number): Drawn {
  const left = page.measures.filter((one) => one.spans.some((span) => now < Date.parse(span.until)));
  const ids = (list: typeof left) => new Set(list.map((one) => one.id));
  const [standing, announced] = [ids(left.filter((one) => stands(one, now))), ids(left.filter((one) => !stands(one, now)))];
  const features = streets.features.map((street): GeoJSON.Feature => {
    const { name, closed_by } = street.properties;
    const state = closed_by.some((id) => standing.has(id)) ? 'now' : closed_by.some((id) => announced.has(id)) ? 'soon' : 'open';
    return { ...street, properties: { name, state, chosen: name === chosen?.properties.name } };
  });
  const places = left.flatMap((one) => one.closures.flatMap((closure) => closure.at.map((point): GeoJSON.Feature => (
    { type: 'Feature', geometry: { type: 'Point', coordinates: point }, properties: { state: standing.has(one.id) ? 'now' : 'soon' } }))));
  return { streets: { type: 'FeatureCollection', features }, places: { type: 'FeatureCollection', features: places } };
}

/** The style in the present colours. */
export function style(data: Drawn): StyleSpecification {
  const round = { 'line-cap': 'round', 'line-join': 'round' } as const;
  const is = (name: string, value: string | boolean): FilterSpecification => ['==', ['get', name], value];
  return {
    version: 8,
    sources: { streets: { type: 'geojson', data: data.streets, tolerance: 0.2 }, places: { type: 'geojson', data: data.places } },
    layers: [
      { id: 'land', type: 'background', paint: { 'background-color': colour('--b-map-land') } },
      { id: 'edge', type: 'line', source: 'streets', layout: round, paint: { 'line-color': colour('--b-map-road-line'), 'line-width': wide(4.5, 26) } },
      { id: 'street', type: 'line', source: 'streets', layout: round, paint: { 'line-color': colour('--b-map-road'), 'line-width': wide(3, 22) } },
      { id: 'chosen', type: 'line', source: 'streets', filter: is('chosen', true), layout: round, paint: { 'line-color': colour('--b-accent'), 'line-width': wide(8, 34) } },
      { id: 'soon', type: 'line', source: 'streets', filter: is('state', 'soon'), layout: { 'line-cap': 'round' }, paint: { 'line-color': colour('--b-warn'), 'line-width': wide(4, 16), 'line-dasharray': [0.1, 1.7] } },
      { id: 'now', type: 'line', source: 'streets', filter: is('state', 'now'), layout: round, paint: { 'line-color': colour('--b-alert'), 'line-width': wide(4.5, 18) } },
      { id: 'place', type: 'circle', source: 'places', paint: { 'circle-radius': 6, 'circle-color': ['case', is('state', 'now') as ExpressionSpecification, colour('--b-alert'), colour('--b-warn')], 'circle-stroke-color': colour('--b-panel'), 'circle-stroke-width': 2 } },
      {
        id: 'name', type: 'symbol', source: 'streets',
        layout: { 'symbol-placement': 'line', 'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': 12.5, 'text-max-angle': 35, 'symbol-sort-key': ['case', ['get', 'chosen'], 0, ['!=', ['get', 'state'], 'open'], 1, 2] },
        paint: { 'text-color': colour('--b-ink'), 'text-halo-color': colour('--b-map-halo'), 'text-halo-width': 1.6 },
      },
    ],
  };
}
