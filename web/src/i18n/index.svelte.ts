// Words, numbers and times in the reader's language. Not here: the messages themselves (en.json, nl.json), of which only
// the language that is read is loaded.
import type { Name } from '../api/types';
import type english from './en.json';
import type planning from './measures.en.json';
import type residing from './residents.en.json';
import type sensing from './sense.en.json';
import type watching from './watch.en.json';

export type Language = 'en' | 'nl';
export type Key = keyof typeof english | keyof typeof planning | keyof typeof residing | keyof typeof sensing | keyof typeof watching;
type Plural = { one: string; other: string };
type Message = string | Plural;
type Values = Record<string, string | number>;

type Messages = Record<string, Message>;

/** Parts of the words that come with a part of the screens; `base` is always there but on the page for residents. */
type Part = 'base' | 'measures' | 'residents' | 'sense' | 'watch';
type Loader = () => Promise<{ default: Messages }>;

/** Only the language that is read is loaded. */
const LOADERS: Record<Part, Record<Language, Loader>> = {
  base: { en: () => import('./en.json'), nl: () => import('./nl.json') },
  measures: { en: () => import('./measures.en.json'), nl: () => import('./measures.nl.json') },
  residents: { en: () => import('./residents.en.json'), nl: () => import('./residents.nl.json') },
  sense: { en: () => import('./sense.en.json'), nl: () => import('./sense.nl.json') },
  watch: { en: () => import('./watch.en.json'), nl: () => import('./watch.nl.json') },
};
const LOCALES: Record<Language, string> = { en: 'en-GB', nl: 'nl-NL' };

function firstLanguage(): Language {
  const kept = keep('belfry.language');
  if (kept === 'en' || kept === 'nl') return kept;
  return typeof navigator !== 'undefined' && navigator.language.startsWith('nl') ? 'nl' : 'en';
}

function keep(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

class I18n {
  language = $state<Language>(firstLanguage());
  zone = $state<string | undefined>(undefined);
  messages = $state.raw<Messages>({});
  #known: Partial<Record<Language, Partial<Record<Part, Messages>>>> = {};
  #needed: Part[] = ['base'];

  get locale(): string {
    return LOCALES[this.language];
  }

  /** The messages of every language that was read. */
  get known(): Messages[] {
    return Object.values(this.#known).map((parts) => Object.assign({}, ...Object.values(parts)) as Messages);
  }

  /** Loads the words of the language, before anything is shown. */
  start = (): Promise<void> => this.load(this.language);

  /** Loads a part of the words too, from now on in every language that is chosen. */
  need(part: Part): Promise<void> {
    if (!this.#needed.includes(part)) this.#needed.push(part);
    return this.load(this.language);
  }

  /** Loads one part of the words in place of all others: for a page that is none of the members' screens. */
  only(part: Part): Promise<void> {
    this.#needed = [part];
    return this.load(this.language);
  }

  /** Loads the words of a language; shows them when it is still the chosen one. */
  async load(language: Language): Promise<void> {
    const known = (this.#known[language] ??= {});
    await Promise.all(this.#needed.map(async (part) => (known[part] ??= (await LOADERS[part][language]()).default)));
    if (language === this.language) this.messages = Object.assign({}, ...Object.values(known)) as Messages;
  }

  choose(language: Language): void {
    const known = this.#known[language];
    if (!this.#needed.every((part) => known?.[part])) {
      // The words come first: a screen never shows keys.
      void this.load(language).then(() => this.choose(language));
      return;
    }
    this.language = language;
    this.messages = Object.assign({}, ...Object.values(known ?? {})) as Messages;
    document.documentElement.lang = language;
    try {
      localStorage.setItem('belfry.language', language);
    } catch {
      // Kept for this page only.
    }
  }
}

export const i18n = new I18n();

/** The message for a key, with `{name}` filled in; `{count}` chooses the plural form. */
export function t(key: Key, values: Values = {}): string {
  return fill(i18n.messages[key] ?? key, values);
}

/** The message for a key made at run time, or `otherwise` when there is none. */
export function tOr(key: string, otherwise: string, values: Values = {}): string {
  const message = i18n.messages[key];
  return message === undefined ? otherwise : fill(message, values);
}

/** The message in every language that was read, as it stands: for recognising it. */
export const everywhere = (key: Key): string[] =>
  i18n.known.map((all) => all[key]).filter((one): one is string => typeof one === 'string');

function fill(message: Message, values: Values): string {
  let text: string;
  if (typeof message === 'string') {
    text = message;
  } else {
    const form = made(Intl.PluralRules, i18n.locale, {}).select(Number(values['count'] ?? 0));
    text = form === 'one' ? message.one : message.other;
  }
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    return typeof value === 'number' ? number(value) : (value ?? '');
  });
}

/** Making a formatter takes longer than using it: each is made once. */
const formatters = new Map<string, unknown>();
function made<Options extends object, Formatter>(kind: new (locale: string, options: Options) => Formatter, locale: string, options: Options): Formatter {
  const name = `${kind.name} ${locale} ${JSON.stringify(options)}`;
  let found = formatters.get(name) as Formatter | undefined;
  if (!found) formatters.set(name, (found = new kind(locale, options)));
  return found;
}

export function number(value: number): string {
  return made(Intl.NumberFormat, i18n.locale, { maximumFractionDigits: 1 }).format(value);
}

function format(time: string | number | Date, options: Intl.DateTimeFormatOptions): string {
  const zone = i18n.zone ? { timeZone: i18n.zone } : {};
  return made(Intl.DateTimeFormat, i18n.locale, { ...options, ...zone }).format(new Date(time));
}

const day = (time: string | number | Date) => format(time, { year: 'numeric', month: '2-digit', day: '2-digit' });

/** 14:02 */
export const clock = (time: string | number | Date) => format(time, { hour: '2-digit', minute: '2-digit' });
/** 14:02:11 */
export const clockFull = (time: string | number | Date) =>
  format(time, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
/** Sunday 22 November */
export const dayLong = (time: string | number | Date) =>
  format(time, { weekday: 'long', day: 'numeric', month: 'long' });

/** Tue 24 Nov 14:02 */
export const dayClock = (time: string | number | Date) =>
  `${format(time, { weekday: 'short', day: 'numeric', month: 'short' })} ${clock(time)}`;
/** Tue 24 */
export const dayShort = (time: string | number | Date) => format(time, { weekday: 'short', day: 'numeric' });

/** How far the clock on the wall is from UTC at a moment, in milliseconds. */
export function offset(at: number): number {
  const parts = made<Intl.DateTimeFormatOptions, Intl.DateTimeFormat>(Intl.DateTimeFormat, 'en-GB', {
    ...(i18n.zone ? { timeZone: i18n.zone } : {}), hourCycle: 'h23',
    year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
  }).formatToParts(new Date(at));
  const part = (name: string) => Number(parts.find((one) => one.type === name)?.value);
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return wall - Math.floor(at / 1000) * 1000;
}

/** The instant of a time on the wall that is written as if it were UTC. */
export function instant(wall: number): number {
  const guess = wall - offset(wall);
  // Around a change of the clock the first guess may be an hour off.
  return wall - offset(guess);
}

/** 14:02 today, "Sat 14:02" within a week, "3 Nov 14:02" else. */
export function when(time: string, now = Date.now()): string {
  if (day(time) === day(now)) return clock(time);
  const days = Math.abs(Date.parse(time) - now) / 86_400_000;
  if (days < 6.5) return `${format(time, { weekday: 'short' })} ${clock(time)}`;
  const year = new Date(time).getFullYear() === new Date(now).getFullYear() ? {} : { year: 'numeric' as const };
  return `${format(time, { day: 'numeric', month: 'short', ...year })} ${clock(time)}`;
}

/** The whole time, for titles and proofs. */
export const whenFull = (time: string) =>
  format(time, { dateStyle: 'full', timeStyle: 'long' } as Intl.DateTimeFormatOptions);

/** "in 20 minutes", "3 hours ago" */
export function relative(time: string, now = Date.now()): string {
  const seconds = (Date.parse(time) - now) / 1000;
  const style = new Intl.RelativeTimeFormat(i18n.locale, { numeric: 'auto' });
  const size = Math.abs(seconds);
  if (size < 60) return style.format(Math.round(seconds), 'second');
  if (size < 3600) return style.format(Math.round(seconds / 60), 'minute');
  if (size < 86_400) return style.format(Math.round(seconds / 3600), 'hour');
  return style.format(Math.round(seconds / 86_400), 'day');
}

/** "A, B and C" */
export const listed = (names: string[]) =>
  new Intl.ListFormat(i18n.locale, { style: 'long', type: 'conjunction' }).format(names);

/** A name that the area gives in both languages. */
export function named(name: Name | undefined | null): string {
  if (!name) return '';
  return typeof name === 'string' ? name : name[i18n.language];
}

/** 3.4 MB */
export function bytes(size: number): string {
  const units = ['byte', 'kilobyte', 'megabyte'] as const;
  const step = size < 1000 ? 0 : size < 1_000_000 ? 1 : 2;
  const style = { style: 'unit', unit: units[step] ?? 'byte', unitDisplay: 'short', maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(i18n.locale, style).format(size / 1000 ** step);
}
