// How it is said: days, hours, minutes and who may pass, in words that everybody knows. Not here: the messages themselves.
import { i18n, listed, number, t } from '../i18n/index.svelte';
import type { Closure, Span, Words } from './types';

const format = (time: string, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(i18n.locale, options).format(new Date(time));

/** A text of the page in the language that is read. */
export const said = (words: Words) => words[i18n.language];

const yearOf = (time: string | number) => new Date(time).getFullYear();

/** 7 June 2027; with the hour where that matters: "7 June 2027 at 07:00". This year is not named, unless it must be told from another. */
export function day(time: string, now: number, hour = false, named = false): string {
  const year = !named && yearOf(time) === yearOf(now) ? {} : { year: 'numeric' as const };
  const date = format(time, { day: 'numeric', month: 'long', ...year });
  return hour ? t('residents.at', { day: date, hour: format(time, { hour: '2-digit', minute: '2-digit' }) }) : date;
}

const DAY_MS = 86_400_000;
/** Short spans are told with their hours. */
const short = (span: Span) => Date.parse(span.until) - Date.parse(span.from) < 21 * DAY_MS;

/** "Since 1 September 2026, until 7 June 2027"; "From ... until ..." for what will come. */
export function period(span: Span, now: number): string {
  const named = yearOf(span.from) !== yearOf(span.until);
  const [from, until] = [day(span.from, now, short(span), named), day(span.until, now, short(span), named)];
  return Date.parse(span.from) <= now ? t('residents.since', { from, until }) : t('residents.from', { from, until });
}

/** "Closed to cars and bicycles, from 7:00 to 19:00." */
export function closure(one: Closure): string {
  const modes = listed(one.modes.map((mode) => t(`residents.mode.${mode}`)));
  const whole = one.from_hour % 24 === one.until_hour % 24;
  const hours = whole ? t('residents.hours.all') : t('residents.hours', { from: hour(one.from_hour), until: hour(one.until_hour) });
  return t('residents.closed', { modes, hours });
}

/** "You may pass if you live there, ..." Nothing when nobody may. */
export const exempt = (one: Closure) => (one.exempt.length ? t('residents.exempt', { groups: listed(one.exempt.map((group) => t(`residents.group.${group}`))) }) : '');

const hour = (value: number) => (i18n.language === 'nl' ? `${value}.00` : `${value}:00`);

/** "about 4 minutes a day": as a person would say it. */
export function lost(minutes: number): string {
  if (minutes < 0.05) return t('residents.minutes.none');
  if (minutes < 0.75) return t('residents.minutes.half');
  const whole = Math.round(minutes);
  return whole === 1 ? t('residents.minutes.one') : t('residents.minutes.some', { minutes: number(whole) });
}
