// How streets are drawn while measures are planned: what is shut, what has more and what has less traffic, and where minutes are lost.
// Each differs by more than its colour: crosses, whole lines, broken lines, figures. Not here: what lies where (measures/streets/drawn.ts).
import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl';
import { colour } from '../stores/theme.svelte';

const role = (name: string): ExpressionSpecification => ['==', ['get', 'role'], name];
const round = { 'line-cap': 'round', 'line-join': 'round' } as const;
const width: ExpressionSpecification = ['coalesce', ['get', 'width'], 3];

export function ways(font: string[]): LayerSpecification[] {
  const [alert, warn, accent, ink, panel, ok] = ['--b-alert', '--b-warn', '--b-accent', '--b-ink', '--b-panel', '--b-ok'].map((name) => colour(name)) as [string, string, string, string, string, string];
  const halo = colour('--b-map-halo');
  const text = (id: string, filter: ExpressionSpecification, tint: string, along: boolean): LayerSpecification => ({
    id, type: 'symbol', source: 'overlay', filter,
    layout: { 'text-field': ['get', 'text'], 'text-font': font, 'text-size': 12, 'symbol-placement': along ? 'line-center' : 'point', 'text-offset': along ? [0, -0.9] : [0, 0], 'text-padding': 3, 'text-rotation-alignment': 'viewport' },
    paint: { 'text-color': tint, 'text-halo-color': halo, 'text-halo-width': 1.8 },
  });
  return [
    { id: 'quarter', type: 'fill', source: 'overlay', filter: role('quarter'), paint: { 'fill-color': warn, 'fill-opacity': ['*', 0.42, ['coalesce', ['get', 'weight'], 0]] } },
    { id: 'quarter-line', type: 'line', source: 'overlay', filter: role('quarter'), paint: { 'line-color': colour('--b-map-zone'), 'line-width': 0.8, 'line-dasharray': [3, 3] } },
    { id: 'way', type: 'line', source: 'overlay', filter: role('way'), layout: round, paint: { 'line-color': colour('--b-map-tram'), 'line-width': 1.4 } },
    { id: 'traffic', type: 'line', source: 'overlay', filter: role('traffic'), layout: round, paint: { 'line-color': colour('--b-map-site'), 'line-width': width, 'line-opacity': 0.8 } },
    { id: 'reached', type: 'line', source: 'overlay', filter: role('reached'), layout: round, paint: { 'line-color': accent, 'line-width': width, 'line-opacity': 0.75 } },
    { id: 'lost', type: 'line', source: 'overlay', filter: role('lost'), paint: { 'line-color': warn, 'line-width': 4, 'line-dasharray': [0.6, 1] } },
    { id: 'less', type: 'line', source: 'overlay', filter: role('less'), paint: { 'line-color': ok, 'line-width': width, 'line-dasharray': [1.2, 0.8] } },
    { id: 'more-edge', type: 'line', source: 'overlay', filter: role('more'), layout: round, paint: { 'line-color': panel, 'line-width': ['+', width, 2.5] } },
    { id: 'more', type: 'line', source: 'overlay', filter: role('more'), layout: round, paint: { 'line-color': warn, 'line-width': width } },
    { id: 'outline', type: 'fill', source: 'overlay', filter: role('outline'), paint: { 'fill-color': alert, 'fill-opacity': 0.1 } },
    { id: 'outline-line', type: 'line', source: 'overlay', filter: role('outline'), paint: { 'line-color': alert, 'line-width': 2, 'line-dasharray': [2, 1.5] } },
    { id: 'pointed', type: 'line', source: 'overlay', filter: role('pointed'), layout: round, paint: { 'line-color': accent, 'line-width': 9, 'line-opacity': 0.45 } },
    { id: 'shut-some-edge', type: 'line', source: 'overlay', filter: role('shut-some'), layout: round, paint: { 'line-color': panel, 'line-width': 6.5 } },
    { id: 'shut-some', type: 'line', source: 'overlay', filter: role('shut-some'), paint: { 'line-color': alert, 'line-width': 4, 'line-dasharray': [2.2, 1.2] } },
    { id: 'shut-edge', type: 'line', source: 'overlay', filter: role('shut'), layout: round, paint: { 'line-color': panel, 'line-width': 7 } },
    { id: 'shut', type: 'line', source: 'overlay', filter: role('shut'), layout: round, paint: { 'line-color': alert, 'line-width': 4.5 } },
    {
      id: 'shut-cross', type: 'symbol', source: 'overlay', filter: role('shut'),
      layout: { 'text-field': '×', 'text-font': font, 'text-size': 17, 'symbol-placement': 'line', 'symbol-spacing': 46, 'text-allow-overlap': true, 'text-ignore-placement': true },
      paint: { 'text-color': alert, 'text-halo-color': panel, 'text-halo-width': 2.4 },
    },
    { id: 'shut-at', type: 'circle', source: 'overlay', filter: role('shut-at'), paint: { 'circle-radius': 4.5, 'circle-color': panel, 'circle-stroke-color': alert, 'circle-stroke-width': 2.5 } },
    { id: 'corners', type: 'line', source: 'overlay', filter: role('corners'), layout: round, paint: { 'line-color': accent, 'line-width': 2, 'line-dasharray': [2, 2] } },
    { id: 'place', type: 'circle', source: 'overlay', filter: role('place'), paint: { 'circle-radius': 6, 'circle-color': accent, 'circle-stroke-color': panel, 'circle-stroke-width': 2 } },
    { id: 'corner', type: 'circle', source: 'overlay', filter: role('corner'), paint: { 'circle-radius': 5, 'circle-color': accent, 'circle-stroke-color': panel, 'circle-stroke-width': 2 } },
    text('more-name', role('more'), warn, true),
    text('less-name', role('less'), ok, true),
    text('quarter-name', role('quarter-name'), ink, false),
    {
      id: 'place-name', type: 'symbol', source: 'overlay', filter: role('place'),
      layout: { 'text-field': ['get', 'text'], 'text-font': font, 'text-size': 12, 'text-variable-anchor': ['top', 'bottom', 'left', 'right'], 'text-radial-offset': 0.8, 'text-padding': 3 },
      paint: { 'text-color': ink, 'text-halo-color': halo, 'text-halo-width': 1.8 },
    },
  ];
}
