// Words, numbers and times in the reader's language. Not here: the messages themselves (en.json, nl.json), of which only
// the language that is read is fetched, as data.
import type { Name } from '../api/types';
import type english from './en.json';
import inEnglish from './en.json?url';
import inDutch from './nl.json?url';

export type Language = 'en' | 'nl';
export type Key = keyof typeof english;
type Plural = { one: string; other: string };
type Message = string | Plural;
type Values = Record<string, string | number>;

type Messages = Record<string, Message>;

const MESSAGES: Record<Language, Messages> = { en: {}, nl: {} };
const FILES: Record<Language, string> = { en: inEnglish, nl: inDutch };
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

  get locale(): string {
    return LOCALES[this.language];
  }

  /** Fetches the messages of a language; to be awaited before anything is shown. */
  async load(language = this.language): Promise<void> {
    if (Object.keys(MESSAGES[language]).length > 0) return;
    const answer = await fetch(FILES[language]);
    if (!answer.ok) throw new Error(`no messages: ${answer.status}`);
    this.put(language, (await answer.json()) as Messages);
  }

  put(language: Language, messages: Messages): void {
    MESSAGES[language] = messages;
  }

  async choose(language: Language): Promise<void> {
    await this.load(language);
    this.language = language;
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
  return fill(MESSAGES[i18n.language][key] ?? key, values);
}

/** The message for a key made at run time, or `otherwise` when there is none. */
export function tOr(key: string, otherwise: string, values: Values = {}): string {
  const message = MESSAGES[i18n.language][key];
  return message === undefined ? otherwise : fill(message, values);
}

/** The message in every language that was read, as it stands: for recognising it. */
export const everywhere = (key: Key): string[] =>
  Object.values(MESSAGES).map((all) => all[key]).filter((one): one is string => typeof one === 'string');

function fill(message: Message, values: Values): string {
  let text: string;
  if (typeof message === 'string') {
    text = message;
  } else {
    const form = new Intl.PluralRules(i18n.locale).select(Number(values['count'] ?? 0));
    text = form === 'one' ? message.one : message.other;
  }
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    return typeof value === 'number' ? number(value) : (value ?? '');
  });
}

export function number(value: number): string {
  return new Intl.NumberFormat(i18n.locale, { maximumFractionDigits: 1 }).format(value);
}

function format(time: string | number | Date, options: Intl.DateTimeFormatOptions): string {
  const zone = i18n.zone ? { timeZone: i18n.zone } : {};
  return new Intl.DateTimeFormat(i18n.locale, { ...options, ...zone }).format(new Date(time));
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
