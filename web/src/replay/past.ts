// Small words about the past: its addresses, and its spans as the map draws them. Pure.
import type { Span } from '../api/types';
import type { Drawn } from '../picture/features';
import { written } from './periods';

/** Above this many, uncertainty is left out: it would hide the map and cost each frame. */
const REACH_MAX = 25;

/** With a point to stand on: that of its site when it names no other. */
export function standing(span: Span, siteCentre: (site: string) => [number, number] | undefined): Span {
  const { longitude, site } = span.place ?? {};
  const centre = longitude === undefined && site ? siteCentre(site) : undefined;
  return centre ? { ...span, place: { ...span.place, longitude: centre[0], latitude: centre[1] } } : span;
}

/** The address of an item as it stood at a moment. */
export const pastAddress = (item: string, at: number | null): string =>
  `/item/${encodeURIComponent(item)}${at === null ? '' : `?at=${written(at)}`}`;

/** Spans as the map draws them. */
export function drawn(spans: Span[]): Drawn[] {
  const few = spans.length <= REACH_MAX;
  return spans.map(({ item, kind, title, place }) => ({
    id: item,
    kind,
    title,
    tone: kind === 'alert' ? 'alert' : 'calm',
    place: place && {
      ...(place.longitude !== undefined && place.latitude !== undefined && { geometry: { type: 'Point' as const, coordinates: [place.longitude, place.latitude] as [number, number] } }),
      ...(place.site && { site: place.site }),
      ...(place.zone && { zone: place.zone }),
      ...(few && place.uncertainty_m && { uncertainty_m: place.uncertainty_m }),
    },
  }));
}
