// The part of the node's API that Eye and Ear uses. Not here: what screens do with the answers.
import { id, json, post, query } from '../api/client';
import type { Draft } from '../api/types';
import type { Class, Judge, Position, Rates, RegisterRow, Replay, Sensor, Settings, SettingsShown, Shown, State } from './types';

export interface Wanted {
  state?: State | undefined;
  class?: Class | undefined;
  zone?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
  cursor?: string | undefined;
  limit?: number | undefined;
}
export interface Page {
  items: Shown[];
  next?: string | null;
}

const observation = (one: string) => `/sense/observations/${id(one)}`;

export const sense = {
  observations: (wanted: Wanted) => json<Page>(`/sense/observations${query(wanted)}`),
  observation: (one: string) => json<Shown>(observation(one)),
  judge: (one: string, body: Judge) => post<Shown>(`${observation(one)}/judgements`, body),
  takeBack: (one: string) => json<Shown>(`${observation(one)}/judgements`, { method: 'DELETE' }),
  draft: (one: string, language: string) => post<Draft>(`${observation(one)}/draft`, { language }),
  /** Notes the item that an observation was shared as. */
  shared: (one: string, item: string) => json<Shown>(`${observation(one)}/item`, { method: 'PUT', body: { item } }),
  still: (one: string, name: string) => `/api/v1${observation(one)}/stills/${id(name)}`,
  sensors: async () => (await json<{ items: Sensor[] }>('/sense/sensors')).items,
  look: (camera: string, at: Position) => post<unknown>(`/sense/sensors/${id(camera)}/look`, { at }),
  settings: () => json<SettingsShown>('/sense/settings'),
  /** Fails with a conflict when somebody changed them since that version. */
  putSettings: (settings: Settings, version: number) =>
    json<SettingsShown>('/sense/settings', { method: 'PUT', body: settings, headers: { 'If-Match': `"${version}"` } }),
  rates: (days: number) => json<Rates>(`/sense/rates${query({ days })}`),
  replay: (from: string, until: string, settings: Settings) => post<Replay>('/sense/replays', { from, until, settings }),
  register: async () => (await json<{ items: RegisterRow[] }>('/sense/register')).items,
  registerCsv: '/api/v1/sense/register.csv',
};
