// What the public endpoints answer with, as `measures::public` writes it. Not here: how it is fetched (data.ts).
export interface Words { en: string; nl: string }
export interface Span { from: string; until: string; decisions: string[] }
export type Mode = 'car' | 'bike' | 'foot' | 'emergency';
export type Group = 'residents' | 'permit-holders' | 'deliveries' | 'care';

export interface Closure {
  modes: Mode[];
  exempt: Group[];
  streets: string[];
  at: [number, number][];
  within: [number, number][][];
  from_hour: number;
  until_hour: number;
  manned_gate: boolean;
}

export interface Measure {
  id: string;
  name: Words;
  why: Words;
  spans: Span[];
  closures: Closure[];
  everywhere: boolean;
  neighbourhoods: string[];
}

export interface Minutes { of: string; minutes_per_household_per_day: number }
export interface Decision { id: string; decided_by: string; decided_at: string; from: string; until: string; why: Words }
export interface Contact { name: string; email: string; telephone: string; object: Words }

export interface PublicPage {
  at: string;
  contact?: Contact | null;
  neighbourhoods: { id: string; name: string }[];
  decisions: Decision[];
  measures: Measure[];
  changes: { at: string; begins: string[]; ends: string[] }[];
  minutes: { from: string; until: string; streets: Minutes[]; neighbourhoods: Minutes[] }[];
}

export interface StreetProperties { name: string; neighbourhoods: string[]; closed_by: string[] }
export type Street = GeoJSON.Feature<GeoJSON.MultiLineString, StreetProperties>;
export type Streets = GeoJSON.FeatureCollection<GeoJSON.MultiLineString, StreetProperties>;

/** A sensor as anyone may know it. */
export interface Sensor {
  id: string;
  organisation: string;
  organisation_name: Words;
  kind: string;
  register: { name: string; owner: string; purpose: string; data: string; personal_data: boolean; retention_days: number; contact: string };
}
