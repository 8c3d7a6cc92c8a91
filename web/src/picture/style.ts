// How the map is drawn: a style of our own over the area's GeoJSON. Labels are drawn from the system's fonts
// in the browser, so nothing is fetched. Not here: the map itself (MapCanvas.svelte), items' features (features.ts).
import type {
  ExpressionSpecification, LayerSpecification, StyleSpecification,
} from 'maplibre-gl';
import { colour } from '../stores/theme.svelte';
import { ways } from './ways';

const EMPTY: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };
const REGULAR = ['Belfry Regular', 'system-ui', 'Roboto', 'Noto Sans'];
const STRONG = ['Belfry Semibold', 'system-ui', 'Roboto', 'Noto Sans'];

/** Where the reader looks decides the width of streets, in pixels per zoom. */
const wide = (at13: number, at18: number): ExpressionSpecification =>
  ['interpolate', ['exponential', 1.6], ['zoom'], 13, at13, 18, at18];
const layer = (name: string): ExpressionSpecification => ['==', ['get', 'layer'], name];
const street = (name: string): ExpressionSpecification => ['all', layer('road'), ['==', ['get', 'class'], name]];

export interface MapData {
  area: GeoJSON.FeatureCollection;
  bounds: [number, number, number, number];
  spots: GeoJSON.FeatureCollection;
  shapes: GeoJSON.FeatureCollection;
  crowds: GeoJSON.FeatureCollection;
  overlay: GeoJSON.FeatureCollection | null;
}

/** The whole style in the present colours and language. */
export function style(data: MapData, language: 'en' | 'nl'): StyleSpecification {
  return {
    version: 8,
    sources: {
      area: { type: 'geojson', data: data.area, tolerance: 0.2 },
      shapes: { type: 'geojson', data: data.shapes },
      crowds: { type: 'geojson', data: data.crowds },
      spots: {
        type: 'geojson', data: data.spots, cluster: true, clusterRadius: 26, clusterMaxZoom: 17,
        clusterProperties: { alerts: ['+', ['case', ['==', ['get', 'tone'], 'alert'], 1, 0]] },
      },
      pin: { type: 'geojson', data: EMPTY },
      overlay: { type: 'geojson', data: data.overlay ?? EMPTY },
      beyond: { type: 'geojson', data: beyond(data.bounds) },
    },
    layers: [...ground(), ...streets(), ...sites(language), ...ways(STRONG), ...overlay(), ...items()],
  };
}

/** Everything outside the area, to be dimmed. */
function beyond([west, south, east, north]: MapData['bounds']): GeoJSON.Feature {
  const world = [[-180, -85], [180, -85], [180, 85], [-180, 85], [-180, -85]];
  const hole = [[west, south], [west, north], [east, north], [east, south], [west, south]];
  return { type: 'Feature', geometry: { type: 'Polygon', coordinates: [world, hole] }, properties: {} };
}

function ground(): LayerSpecification[] {
  return [
    { id: 'land', type: 'background', paint: { 'background-color': colour('--b-map-land') } },
    { id: 'park', type: 'fill', source: 'area', filter: layer('park'), paint: { 'fill-color': colour('--b-map-park') } },
    {
      id: 'water', type: 'fill', source: 'area',
      filter: ['all', layer('water'), ['==', ['geometry-type'], 'Polygon']],
      paint: { 'fill-color': colour('--b-map-water') },
    },
    {
      id: 'brook', type: 'line', source: 'area',
      filter: ['all', layer('water'), ['==', ['geometry-type'], 'LineString']],
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': colour('--b-map-water'), 'line-width': wide(2, 14) },
    },
    {
      id: 'building', type: 'fill', source: 'area', filter: layer('building'), minzoom: 13.5,
      paint: { 'fill-color': colour('--b-map-building'), 'fill-outline-color': colour('--b-map-building-line') },
    },
  ];
}

function streets(): LayerSpecification[] {
  const round = { 'line-cap': 'round', 'line-join': 'round' } as const;
  const line = colour('--b-map-road-line');
  const road = colour('--b-map-road');
  return [
    { id: 'street-edge', type: 'line', source: 'area', filter: street('street'), layout: round, paint: { 'line-color': line, 'line-width': wide(2.2, 24) } },
    { id: 'main-edge', type: 'line', source: 'area', filter: street('main'), layout: round, paint: { 'line-color': line, 'line-width': wide(4.4, 42) } },
    { id: 'street', type: 'line', source: 'area', filter: street('street'), layout: round, paint: { 'line-color': road, 'line-width': wide(1.4, 20) } },
    { id: 'main', type: 'line', source: 'area', filter: street('main'), layout: round, paint: { 'line-color': road, 'line-width': wide(3.2, 37) } },
    {
      id: 'tram', type: 'line', source: 'area', filter: street('tram'),
      paint: { 'line-color': colour('--b-map-tram'), 'line-width': wide(0.8, 2.2) },
    },
    { id: 'beyond', type: 'fill', source: 'beyond', paint: { 'fill-color': colour('--b-ground'), 'fill-opacity': 0.82 } },
    {
      id: 'zone', type: 'line', source: 'area', filter: layer('zone'),
      paint: { 'line-color': colour('--b-map-zone'), 'line-width': 1.2, 'line-dasharray': [1, 3], 'line-opacity': 0.8 },
    },
  ];
}

function sites(language: string): LayerSpecification[] {
  const name: ExpressionSpecification = ['coalesce', ['get', `name_${language}`], ['get', 'name_en'], ['get', 'name'], ''];
  const halo = { 'text-halo-color': colour('--b-map-halo'), 'text-halo-width': 1.6, 'text-halo-blur': 0.4 };
  return [
    { id: 'site', type: 'fill', source: 'area', filter: layer('site'), paint: { 'fill-color': colour('--b-map-site-fill'), 'fill-opacity': 0.75 } },
    { id: 'site-line', type: 'line', source: 'area', filter: layer('site'), paint: { 'line-color': colour('--b-map-site'), 'line-width': 1.4 } },
    {
      id: 'street-name', type: 'symbol', source: 'area', minzoom: 14.4,
      filter: ['all', layer('road'), ['!=', ['get', 'class'], 'tram']],
      layout: {
        'symbol-placement': 'line', 'text-field': name, 'text-font': REGULAR, 'text-max-angle': 30,
        'text-size': ['interpolate', ['linear'], ['zoom'], 14, 10, 17, 13], 'symbol-spacing': 420, 'text-padding': 12,
      },
      paint: { 'text-color': colour('--b-map-text'), ...halo },
    },
    {
      id: 'water-name', type: 'symbol', source: 'area', minzoom: 14,
      filter: ['all', ['any', layer('water'), layer('park')], ['==', ['geometry-type'], 'Polygon']],
      layout: { 'text-field': name, 'text-font': REGULAR, 'text-size': 11, 'text-max-width': 7 },
      paint: { 'text-color': colour('--b-map-text'), 'text-opacity': 0.85, ...halo },
    },
    {
      id: 'label', type: 'symbol', source: 'area', filter: layer('label'), maxzoom: 15.2,
      layout: {
        'text-field': ['upcase', name], 'text-font': STRONG, 'text-size': 10.5, 'text-letter-spacing': 0.12, 'text-max-width': 9,
      },
      paint: { 'text-color': colour('--b-map-zone'), ...halo },
    },
    {
      id: 'site-name', type: 'symbol', source: 'area', filter: layer('site'), minzoom: 13,
      layout: {
        'text-field': ['coalesce', ['get', 'short'], name], 'text-font': STRONG, 'text-max-width': 8,
        'text-size': ['interpolate', ['linear'], ['zoom'], 13, 11, 17, 15],
        'text-variable-anchor': ['center', 'bottom', 'top'], 'text-radial-offset': 1.5,
      },
      paint: { 'text-color': colour('--b-map-site'), ...halo },
    },
  ];
}

/** Observations of Eye and Ear: what a camera sees, directions, the ellipse with its middle, and the sensors. */
function overlay(): LayerSpecification[] {
  const role = (name: string): ExpressionSpecification => ['==', ['get', 'role'], name];
  const accent = colour('--b-accent');
  const unfit: ExpressionSpecification = ['==', ['get', 'fit'], false];
  const own: ExpressionSpecification = [
    'case', unfit, colour('--b-warn'), ['match', ['get', 'part'], 'heard', accent, 'left_out', colour('--b-warn'), colour('--b-ink-2')],
  ];
  return [
    { id: 'sees', type: 'fill', source: 'overlay', filter: role('sees'), paint: { 'fill-color': colour('--b-ok'), 'fill-opacity': 0.16 } },
    { id: 'bearing', type: 'fill', source: 'overlay', filter: role('bearing'), paint: { 'fill-color': accent, 'fill-opacity': 0.12 } },
    { id: 'bearing-line', type: 'line', source: 'overlay', filter: role('bearing'), paint: { 'line-color': accent, 'line-opacity': 0.55, 'line-dasharray': [2, 2] } },
    { id: 'ellipse', type: 'fill', source: 'overlay', filter: role('ellipse'), paint: { 'fill-color': colour('--b-alert'), 'fill-opacity': 0.2 } },
    { id: 'ellipse-line', type: 'line', source: 'overlay', filter: role('ellipse'), paint: { 'line-color': colour('--b-alert'), 'line-width': 2 } },
    { id: 'middle', type: 'circle', source: 'overlay', filter: role('middle'), paint: { 'circle-radius': 4, 'circle-color': colour('--b-alert'), 'circle-stroke-color': colour('--b-panel'), 'circle-stroke-width': 1.5 } },
    {
      id: 'sensor', type: 'circle', source: 'overlay', filter: ['in', ['get', 'role'], ['literal', ['microphone', 'camera']]],
      paint: {
        'circle-radius': ['match', ['get', 'part'], 'quiet', 5, 7], 'circle-color': ['match', ['get', 'role'], 'camera', colour('--b-panel'), own],
        'circle-stroke-color': ['match', ['get', 'role'], 'camera', own, colour('--b-panel')], 'circle-stroke-width': 2.5,
      },
    },
    {
      id: 'sensor-name', type: 'symbol', source: 'overlay', minzoom: 15.5, filter: ['in', ['get', 'role'], ['literal', ['microphone', 'camera']]],
      layout: { 'text-field': ['get', 'name'], 'text-font': REGULAR, 'text-size': 11, 'text-offset': [0, 1.1], 'text-anchor': 'top', 'text-max-width': 9, 'text-optional': true },
      paint: { 'text-color': colour('--b-ink'), 'text-halo-color': colour('--b-map-halo'), 'text-halo-width': 1.6 },
    },
    {
      id: 'mark', type: 'circle', source: 'overlay', filter: role('mark'),
      paint: { 'circle-radius': 10, 'circle-color': ['case', ['get', 'chosen'], accent, colour('--b-panel')], 'circle-stroke-color': accent, 'circle-stroke-width': 2 },
    },
    {
      id: 'mark-name', type: 'symbol', source: 'overlay', filter: role('mark'),
      layout: { 'text-field': ['get', 'name'], 'text-font': STRONG, 'text-size': 12, 'text-allow-overlap': true },
      paint: { 'text-color': ['case', ['get', 'chosen'], colour('--b-accent-ink'), colour('--b-ink')] },
    },
  ];
}

function items(): LayerSpecification[] {
  const tone: ExpressionSpecification = [
    'match', ['get', 'tone'], 'alert', colour('--b-alert'), 'waiting', colour('--b-accent'), colour('--b-ink-2'),
  ];
  const panel = colour('--b-panel');
  const many: ExpressionSpecification = ['>', ['coalesce', ['get', 'alerts'], 0], 0];
  const bubble = {
    'circle-color': panel,
    'circle-stroke-width': 2,
    'circle-stroke-color': ['case', many, colour('--b-alert'), colour('--b-ink-2')] as ExpressionSpecification,
  };
  const count = {
    'text-field': ['number-format', ['coalesce', ['get', 'point_count'], ['get', 'count']], {}] as ExpressionSpecification,
    'text-font': STRONG, 'text-size': 12, 'text-allow-overlap': true, 'text-padding': 8,
  };
  return [
    {
      id: 'shape-quiet', type: 'line', source: 'shapes', minzoom: 16, filter: ['==', ['get', 'role'], 'quiet'],
      paint: { 'line-color': tone, 'line-opacity': 0.6, 'line-width': 1 },
    },
    { id: 'shape-fill', type: 'fill', source: 'shapes', filter: ['in', ['get', 'role'], ['literal', ['area', 'reach']]], paint: { 'fill-color': tone, 'fill-opacity': 0.13 } },
    {
      id: 'shape-line', type: 'line', source: 'shapes', filter: ['in', ['get', 'role'], ['literal', ['area', 'reach']]],
      paint: { 'line-color': tone, 'line-opacity': 0.85, 'line-width': ['case', ['==', ['get', 'chosen'], true], 2.2, 1.3] },
    },
    {
      id: 'shape-path', type: 'line', source: 'shapes', filter: ['==', ['get', 'role'], 'path'], layout: { 'line-cap': 'round' },
      paint: { 'line-color': tone, 'line-opacity': 0.85, 'line-width': ['case', ['==', ['get', 'chosen'], true], 6, 5], 'line-dasharray': [0.1, 1.7] },
    },
    { id: 'crowd', type: 'circle', source: 'crowds', paint: { ...bubble, 'circle-radius': ['interpolate', ['linear'], ['get', 'count'], 2, 13, 100, 18, 10000, 26] } },
    { id: 'crowd-count', type: 'symbol', source: 'crowds', layout: count, paint: { 'text-color': colour('--b-ink') } },
    { id: 'cluster', type: 'circle', source: 'spots', filter: ['has', 'point_count'], paint: { ...bubble, 'circle-radius': ['interpolate', ['linear'], ['get', 'point_count'], 2, 14, 50, 20] } },
    { id: 'cluster-count', type: 'symbol', source: 'spots', filter: ['has', 'point_count'], layout: count, paint: { 'text-color': colour('--b-ink') } },
    {
      id: 'chosen', type: 'circle', source: 'spots', filter: ['==', ['get', 'chosen'], true],
      paint: { 'circle-radius': 19, 'circle-color': colour('--b-accent'), 'circle-opacity': 0.22, 'circle-stroke-color': colour('--b-accent'), 'circle-stroke-width': 2 },
    },
    {
      id: 'spot', type: 'symbol', source: 'spots', filter: ['!', ['has', 'point_count']],
      layout: {
        'icon-image': ['concat', ['get', 'kind'], '/', ['get', 'tone']], 'icon-allow-overlap': true,
        'symbol-sort-key': ['match', ['get', 'tone'], 'alert', 3, 'waiting', 2, 1],
      },
    },
    { id: 'pin-reach', type: 'fill', source: 'pin', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': colour('--b-accent'), 'fill-opacity': 0.18 } },
    { id: 'pin', type: 'circle', source: 'pin', filter: ['==', ['geometry-type'], 'Point'], paint: { 'circle-radius': 7, 'circle-color': colour('--b-accent'), 'circle-stroke-color': panel, 'circle-stroke-width': 2.5 } },
  ];
}
