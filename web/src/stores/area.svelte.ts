// The area: its names, organisations, sites and map layers. Read once, and again when the node says that it changed.
import { api } from '../api/client';
import type { Area, Community, Organisation, Place, Purpose, Retention, Site, Zone } from '../api/types';
import { RETENTIONS } from '../api/types';
import { i18n, named } from '../i18n/index.svelte';

type Point = [number, number];

/** So that not all screens read at once what everyone is told at once. */
const READ_WITHIN_MS_MAX = 600;

class AreaStore {
  now = $state.raw<Area | null>(null);
  #centres = new Map<string, Point>();
  #reading: ReturnType<typeof setTimeout> | undefined;

  async load(): Promise<void> {
    const area = await api.area();
    this.#centres.clear();
    // Also of those no longer in use: items from before are still there.
    for (const one of area.sites) this.#centres.set(`site/${one.id}`, middle(one.shape.coordinates[0] ?? []));
    for (const one of area.zones) this.#centres.set(`zone/${one.id}`, middle(one.shape.coordinates[0] ?? []));
    if (area.timezone) i18n.zone = area.timezone;
    this.now = area;
  }

  /** The node says which version the area is at. */
  heard(version: number | undefined): void {
    if (version === undefined || !this.now || this.now.version === version || this.#reading) return;
    this.#reading = setTimeout(() => {
      this.#reading = undefined;
      // What fails is tried again at the next word of the node.
      this.load().catch(() => undefined);
    }, Math.random() * READ_WITHIN_MS_MAX);
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

  /** What can be chosen: what is in use, and what is chosen already. */
  sites(chosen?: string): Site[] {
    return (this.now?.sites ?? []).filter((one) => !one.retired || one.id === chosen);
  }

  zones(chosen?: string): Zone[] {
    return (this.now?.zones ?? []).filter((one) => !one.retired || one.id === chosen);
  }

  purposes(chosen: readonly string[] = []): Purpose[] {
    return (this.now?.purposes ?? []).filter((one) => !one.retired || chosen.includes(one.id));
  }

  /** The longest class that items for these purposes are kept in. */
  longest(purposes: readonly string[]): Retention {
    const bounds = (this.now?.purposes ?? []).filter((one) => purposes.includes(one.id)).map((one) => RETENTIONS.indexOf(one.retention));
    return RETENTIONS[Math.min(...bounds, RETENTIONS.length - 1)] ?? 'case';
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
