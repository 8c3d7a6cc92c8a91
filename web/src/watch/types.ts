// The shapes of web monitoring, by short names. Not here: how they are fetched (api.ts).
import { every, type Present, type Schemas } from '../api/types';

export type Class = Schemas['Class'];
/** In the order of the keys 1 to 8. */
export const CLASSES = every<Class>()(
  'threat_of_violence', 'call_to_action', 'demonstration', 'incident', 'disruption', 'reconnaissance', 'cyber', 'rumour',
);
export type Verdict = Schemas['Verdict'];
export type SignalState = Schemas['SignalState'];
export const SIGNAL_STATES = every<SignalState>()('open', 'judged', 'withdrawn');
export type TermKind = Schemas['TermKind'];
export const TERM_KINDS = every<TermKind>()('profile', 'class', 'place', 'calendar', 'burst', 'novelty', 'trust', 'model', 'spread');
export type Guard = Schemas['Guard'];
export type Part = 'title' | 'text' | 'tags';

/** A stretch of a part of a document, in UTF-16 units as `slice` takes them. The description has another Span. */
export interface Span {
  part: Part;
  start: number;
  end: number;
}
type Spanned<T> = Omit<T, 'spans'> & { spans?: Span[] };
export type Term = Spanned<Present<Schemas['Term']>>;
export type Score = Omit<Present<Schemas['Score']>, 'terms'> & { terms: Term[] };
export type Placed = Spanned<Present<Schemas['Placed']>>;
export type ClassHit = Spanned<Present<Schemas['ClassHit']>>;
export type ProfileMatch = Spanned<Present<Schemas['ProfileMatch']>>;
export type Times = Omit<Present<Schemas['Times']>, 'span'> & { span: Span };
export type Document = Present<Schemas['Document']>;
export type Story = Present<Schemas['Story']>;
export type Signal = Omit<Present<Schemas['Signal']>, 'score' | 'places' | 'classes' | 'profiles' | 'times'> & {
  score: Score;
  places: Placed[];
  classes: ClassHit[];
  profiles: ProfileMatch[];
  times: Times[];
};
export type Shown = Omit<Present<Schemas['SignalShown']>, 'signal'> & { signal: Signal };
export interface SignalView {
  shown: Shown;
  documents: Document[];
}
export type Signals = Omit<Present<Schemas['WatchSignals']>, 'items'> & { items: Shown[] };
export type Judgement = Present<Schemas['WatchJudgement']>;
export type Stories = Present<Schemas['WatchStories']>;
export type StoryView = Present<Schemas['WatchStory']>;
export type WhyNot = Omit<Present<Schemas['WhyNot']>, 'score'> & { score: Score };
export type NotBecause = Present<Schemas['NotBecause']>;
export type Mute = Present<Schemas['Mute']>;
export type MuteBody = Present<Schemas['WatchMuteBody']>;
export type Muted = Present<Schemas['Muted']>;

export type SourceKind = Schemas['SourceKind']['kind'];
export const SOURCE_KINDS = every<SourceKind>()('feed', 'page', 'sitemap', 'mastodon', 'jetstream', 'json', 'inbox');
export type Source = Present<Schemas['Source']>;
export type SourceBody = Present<Schemas['WatchSourceBody']>;
export type SourceRow = Present<Schemas['WatchSourceRow']>;
export type Sources = Present<Schemas['WatchSources']>;
export type SourceView = Present<Schemas['WatchSource']>;
export type SourceDay = Present<Schemas['WatchSourceDay']>;
export type SourceFares = Present<Schemas['WatchSourceFares']>;
export type SourceState = Schemas['WatchSourceState'];
export type JsonMap = Present<Schemas['JsonMap']>;
export type OpmlRead = Present<Schemas['WatchOpmlRead']>;
export type Raw = { at: string; head: unknown; text: string };
export type Forward = Present<Schemas['WatchForward']>;

export type Profile = Present<Schemas['Profile']>;
export type ProfileBody = Present<Schemas['WatchProfileBody']>;
export type CalendarEvent = Present<Schemas['CalendarEvent']>;

export type Learning = Omit<Present<Schemas['WatchLearning']>, 'languages' | 'ask'> & {
  languages: Record<string, [judged: number, relevant: number]>;
  ask: Shown[];
};
export type Model = Present<Schemas['WatchModel']>;
export type Point = Present<Schemas['PrecisionPoint']>;
export type Settings = Present<Schemas['WatchSettings']>;

export type Case = Present<Schemas['WatchCase']>;
export type CaseBody = Present<Schemas['WatchCaseBody']>;
export type NewCase = Present<Schemas['WatchNewCase']>;
export type CaseStory = Omit<Present<Schemas['WatchCaseStory']>, 'documents'> & { documents: { only_here: boolean; document: Document }[] };
export interface CaseOpened {
  case: Case;
  stories: CaseStory[];
}

/** By language: the number of a model, or null for none. */
export type ModelChoices = Record<string, number | null>;
export type TrialSignal = Present<Schemas['TrialSignal']>;
export type Measured = Present<Schemas['Measured']>;
export type Trialled = Present<Schemas['Trialled']>;
export type Replay = Omit<Present<Schemas['WatchReplay']>, 'models' | 'found' | 'profile'> & { models: ModelChoices; found?: Trialled; profile?: Profile };
export interface Replays {
  items: Replay[];
  kept: { since?: string; documents: number };
}
export interface ReplayBody {
  from: string;
  until: string;
  signals_per_shift?: number;
  shift_hours?: number;
  profile?: { id: string; profile: ProfileBody };
  models?: ModelChoices;
}
