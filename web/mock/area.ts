// The sample area, read from areas/international-zone. Only for the mock.
import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import type { Area, Name } from '../src/api/types';

const folder = new URL('../../areas/international-zone/', import.meta.url);
const toml = () => parse(readFileSync(new URL('area.toml', folder), 'utf8')) as unknown as Toml;

interface Toml {
  id: string;
  name: Name;
  timezone: string;
  bounds: [number, number, number, number];
  purposes: Area['purposes'];
  organisations: Area['organisations'];
  communities: { id: string; name: Name; members: string[] }[];
  members: MockMember[];
}

export interface MockMember {
  handle: string;
  organisation: string;
  name: string;
  kind: string;
  roles: string[];
  purposes: string[];
  shift: Name;
}

export function area(): Area {
  const { id, name, timezone, bounds, purposes, organisations, communities } = toml();
  const layers = JSON.parse(readFileSync(new URL('area.geojson', folder), 'utf8')) as GeoJSON.FeatureCollection;
  const of = (layer: string) =>
    layers.features
      .map((feature) => feature.properties as Record<string, string>)
      .filter((one) => one['layer'] === layer)
      .map((one) => ({ id: one['id'] ?? '', ...(one['organisation'] && { organisation: one['organisation'] }), name: { en: one['name_en'] ?? '', nl: one['name_nl'] ?? '' } }));
  return {
    id, name, timezone, bounds, purposes, organisations,
    communities: communities.map((one) => ({ id: one.id, name: one.name, organisations: one.members })),
    sites: of('site'), zones: of('zone'), layers, four_eyes: [],
  };
}

export const members = (): MockMember[] => toml().members;
