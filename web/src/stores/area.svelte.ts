// The area: its names, organisations, sites and map layers. Read once; it changes rarely.
import { api } from '../api/client';
import type { Area, Community, Organisation, Place, Site, Zone } from '../api/types';
import { i18n, named } from '../i18n/index.svelte';

type Point = [number, number];

class AreaStore {
  now = $state.raw<Area | null>(null);
  #centres = new Map<string, Point>();

  async load(): Promise<void> {
    const area = await api.area();
    this.#centres.clear();
    for (const feature of area.layers.features) {
      const { layer, id } = (feature.properties ?? {}) as { layer?: string; id?: string };
      if ((layer === 'site' || layer === 'zone') && id && feature.geometry.type === 'Polygon') {
        this.#centres.set(`${layer}/${id}`, middle(feature.geometry.coordinates[0] ?? []));
      }
    }
    if (area.timezone) i18n.zone = area.timezone;
    this.now = area;
  }

  organisation(id: string): Organisation | undefined {
    return this.now?.organisations.find((one) => one.id === id);
  }

  /** The short name of an organisation, for chips and rows. */
  short(id: string): string {
    const organisation = this.organisation(id);
    return organisation ? organisation.short || named(organisation.name) : id;
  }

  community(id: string): Community | undefined {
    return this.now?.communities.find((one) => one.id === id);
  }

  site(id: string): Site | undefined {
    return this.now?.sites.find((one) => one.id === id);
  }

  zone(id: string): Zone | undefined {
    return this.now?.zones.find((one) => one.id === id);
  }

  purposeName(id: string): string {
    return named(this.now?.purposes.find((one) => one.id === id)?.name) || id;
  }

  siteCentre(id: string): Point | undefined {
    return this.#centres.get(`site/${id}`);
  }

  zoneCentre(id: string): Point | undefined {
    return this.#centres.get(`zone/${id}`);
  }

  /** The box around the sites: where most happens, and what a map shows first. */
  core(): [number, number, number, number] {
    const sites = (this.now?.layers.features ?? []).filter((one) => one.properties?.['layer'] === 'site');
    const corners = sites.flatMap((one) => (one.geometry.type === 'Polygon' ? (one.geometry.coordinates[0] ?? []) : []));
    if (corners.length === 0) return this.now?.bounds ?? [-180, -85, 180, 85];
    const east = corners.map((corner) => corner[0] ?? 0);
    const north = corners.map((corner) => corner[1] ?? 0);
    return [Math.min(...east), Math.min(...north), Math.max(...east), Math.max(...north)];
  }

  /** A place in words: its own name, else its site, else its zone. */
  placeName(place: Place | undefined): string {
    if (!place) return '';
    const site = place.site ? named(this.site(place.site)?.name) || place.site : '';
    if (place.name) return site && !place.name.includes(site) ? `${place.name}, ${site}` : place.name;
    return site || (place.zone ? named(this.zone(place.zone)?.name) || place.zone : '');
  }

  /** Where a place is drawn: its shape's middle, else its site's. */
  pointOf(place: Place | undefined): Point | undefined {
    if (!place) return undefined;
    const geometry = place.geometry;
    if (geometry?.type === 'Point') return geometry.coordinates;
    if (geometry?.type === 'LineString') return geometry.coordinates[Math.floor(geometry.coordinates.length / 2)];
    if (geometry?.type === 'Polygon') return middle(geometry.coordinates[0] ?? []);
    return place.site ? this.siteCentre(place.site) : undefined;
  }
}

function middle(ring: number[][]): Point {
  const corners = ring.slice(0, -1);
  const sum = corners.reduce<Point>(([x, y], [lon = 0, lat = 0]) => [x + lon, y + lat], [0, 0]);
  const count = Math.max(corners.length, 1);
  return [sum[0] / count, sum[1] / count];
}

export const area = new AreaStore();
