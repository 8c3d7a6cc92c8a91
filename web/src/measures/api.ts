// The part of the node's API that measures use. Not here: what screens do with the answers.
import { file, id, json, post, query } from '../api/client';
import type { Draft } from '../api/types';
import type { Calendar, Closure, Decided, DecisionBody, Ground, OptionRow, OptionShown, Plan, PlanShown, PlanVersion, Publication, Reach, ReachAsked, Request, Rota, RotaRequest, Search, StreetEffect } from './types';

const option = (number: number) => `/measures/options/${number}`;
const listed = async <T>(path: string) => (await json<{ items: T[] }>(path)).items;

export const measures = {
  plan: (version?: number) => json<PlanShown>(`/measures/plan${query({ version })}`),
  versions: () => listed<PlanVersion>('/measures/plan/versions'),
  /** Fails with "stale" when somebody changed it since that version. */
  putPlan: (plan: Plan, version: number) =>
    json<PlanShown>('/measures/plan', { method: 'PUT', body: plan, headers: { 'If-Match': `"${version}"` } }),
  map: () => json<Ground>('/measures/map'),
  /** A file as it is; what was there before goes. */
  putGround: (part: 'streets' | 'neighbourhoods', content: Blob) => json<void>(`/measures/${part}`, { method: 'PUT', raw: content }),
  route: (measures: string[], closures: Closure[]) => post<StreetEffect>('/measures/route', { measures, closures }),
  reach: (asked: ReachAsked, measures: string[], closures: Closure[]) => post<Reach>('/measures/reach', { asked, measures, closures }),
  /** Drawn by lot each time; nothing is kept. */
  rota: (request: RotaRequest) => post<Rota>('/measures/rota', request),
  searches: () => listed<Search>('/measures/searches'),
  search: (name: string, request: Request) => post<Search>('/measures/searches', { name, request }),
  endSearch: (search: string) => json<unknown>(`/measures/searches/${id(search)}`, { method: 'DELETE' }),
  options: () => listed<OptionRow>('/measures/options'),
  option: (number: number) => json<OptionShown>(option(number)),
  rename: (number: number, name: string) => json<OptionRow>(option(number), { method: 'PATCH', body: { name } }),
  removeOption: (number: number) => json<unknown>(option(number), { method: 'DELETE' }),
  decide: (body: DecisionBody, version: number) =>
    json<Decided>('/measures/decisions', { method: 'POST', body, headers: { 'If-Match': `"${version}"` } }),
  draft: (decision: string, language: string) => post<Draft>(`/measures/decisions/${id(decision)}/draft`, { language }),
  /** The events of the plan as a calendar. */
  eventsIcs: (language: string) => `/api/v1/measures/events.ics?language=${language}`,
  /** What stands in a calendar of others; nothing is kept. */
  calendar: (content: Blob) => file<Calendar>('/measures/calendar', content, 'text/calendar'),
  /** The page for residents as it would be, and whether that is what stands. */
  publication: () => json<Publication>('/measures/publication'),
  publish: (version: number) => json<Publication>('/measures/publication', { method: 'PUT', body: {}, headers: { 'If-Match': `"${version}"` } }),
};
