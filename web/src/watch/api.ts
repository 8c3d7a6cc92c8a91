// The part of the node's API that web monitoring uses. Not here: what screens do with the answers.
import { file, id, json, listOf, post, query, text } from '../api/client';
import type {
  CalendarEvent, Case, CaseBody, CaseOpened, Class, Forward, Judgement, Learning, Model, Mute, MuteBody, NewCase, OpmlRead, Profile, ProfileBody,
  Raw, Replay, ReplayBody, Replays, Settings, Shown, Signals, SignalState, SignalView, Source, SourceBody, Sources, SourceView, Stories, StoryView, WhyNot,
} from './types';

const put = <T>(path: string, body: unknown) => json<T>(path, { method: 'PUT', body });
const drop = <T>(path: string) => json<T>(path, { method: 'DELETE' });

export interface Wanted {
  state?: SignalState;
  class?: Class;
  profile?: string;
  place?: string;
}

const signal = (one: string) => `/watch/signals/${id(one)}`;
const source = (one: string) => `/watch/sources/${id(one)}`;
const held = (one: string) => `/watch/cases/${id(one)}`;
const replay = (one: string) => `/watch/replays/${id(one)}`;

export const watch = {
  signals: (wanted: Wanted) => json<Signals>(`/watch/signals${query(wanted)}`),
  signal: (one: string) => json<SignalView>(signal(one)),
  judge: (one: string, judgement: Judgement) => put<Shown>(`${signal(one)}/judgement`, judgement),
  takeBack: (one: string) => drop<Shown>(`${signal(one)}/judgement`),
  /** Notes the item that a signal was shared as. */
  shared: (one: string, item: string) => put<void>(`${signal(one)}/item`, { item }),
  why: (of: string, key: string) => json<WhyNot>(`/watch/why${query({ source: of, key })}`),

  mutes: async () => listOf<Mute>(await json('/watch/mutes')),
  mute: (body: MuteBody) => post<Mute>('/watch/mutes', body),
  unmute: (mute: string) => drop<void>(`/watch/mutes${query({ id: mute })}`),

  stories: (q: string, of?: string) => json<Stories>(`/watch/stories${query({ q, source: of })}`),
  story: (one: string) => json<StoryView>(`/watch/stories/${id(one)}`),

  sources: () => json<Sources>('/watch/sources'),
  source: (one: string) => json<SourceView>(source(one)),
  putSource: (one: string, body: SourceBody) => put<Source>(source(one), body),
  dropSource: (one: string) => drop<void>(source(one)),
  look: (one: string) => post<void>(`${source(one)}/look`),
  raw: (one: string) => json<Raw>(`${source(one)}/raw`),
  forward: (one: string, body: Forward) => post<{ new: boolean; signals: string[] }>(`${source(one)}/documents`, body),
  exportOpml: () => text('/watch/opml'),
  importOpml: (content: Blob, purpose: string) => file<OpmlRead>(`/watch/opml${query({ purpose })}`, content, 'text/x-opml'),

  profiles: async () => listOf<Profile>(await json('/watch/profiles')),
  putProfile: (one: string, body: ProfileBody) => put<Profile>(`/watch/profiles/${id(one)}`, body),
  dropProfile: (one: string) => drop<void>(`/watch/profiles/${id(one)}`),
  events: async () => listOf<CalendarEvent>(await json('/watch/events')),
  putEvent: (event: CalendarEvent) => put<CalendarEvent>(`/watch/events/${id(event.id)}`, event),
  dropEvent: (event: string) => drop<void>(`/watch/events/${id(event)}`),

  learning: () => json<Learning>('/watch/learning'),
  makeModel: (language: string) => post<Model>(`/watch/learning/${id(language)}`),
  chooseModel: (language: string, number: number | null) => put<{ changed: number }>(`/watch/learning/${id(language)}`, { number }),
  settings: () => json<Settings>('/watch/settings'),
  cases: async () => listOf<Case>(await json('/watch/cases')),
  case: (one: string) => json<CaseOpened>(held(one)),
  openCase: (body: NewCase) => post<Case>('/watch/cases', body),
  putCase: (one: string, body: CaseBody) => put<Case>(held(one), body),
  closeCase: (one: string) => drop<void>(held(one)),
  hold: (one: string, story: string) => json<Case>(`${held(one)}/stories/${id(story)}`, { method: 'PUT' }),
  letGo: (one: string, story: string) => drop<void>(`${held(one)}/stories/${id(story)}`),

  replays: () => json<Replays>('/watch/replays'),
  replay: (one: string) => json<Replay>(replay(one)),
  beginReplay: (body: ReplayBody) => post<Replay>('/watch/replays', body),
  endReplay: (one: string) => drop<void>(replay(one)),

  putSettings: (settings: Settings) => put<Settings>('/watch/settings', settings),
};
