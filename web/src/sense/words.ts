// An observation in words. Not here: the words themselves (i18n/sense.*.json).
import { i18n, named, number, t, type Key } from '../i18n/index.svelte';
import { area } from '../stores/area.svelte';
import type { Candidate, Class, Evidence, EvidenceCode, LeftOut, Observation, Shown } from './types';

export const className = (one: Class): string => t(`sense.class.${one}`);

/** What happened: the operator's word, else the post's, else that it is not sure. */
export function whatName(observation: Observation, judged?: Class | null): string {
  if (judged) return className(judged);
  const { what } = observation;
  if (!what) return t('sense.unsure');
  return what.kind === 'sound' ? className(what.name as Class) : t(`sense.movement.${what.name}` as Key);
}

/** A share as people read it: never certain, never impossible, unless it is. */
export function percent(share: number): string {
  if (share > 0.99 && share < 1) return '> 99 %';
  if (share > 0 && share < 0.01) return '< 1 %';
  return `${Math.round(share * 100)} %`;
}

/** "Shot, World Forum" */
export function headline({ observation, class: judged }: Pick<Shown, 'observation' | 'class'>): string {
  const zone = observation.place?.zone;
  const what = whatName(observation, judged);
  return zone ? t('sense.headline', { what, where: zoneName(zone) }) : what;
}

/** What was said of it last. */
export const lastSaid = (shown: Shown) => shown.judgements.at(-1);

/** The name of a zone; '' for none. */
export const zoneName = (zone: string | undefined): string => (zone ? named(area.zone(zone)?.name) || zone : '');

/** What a past night might have told of. */
export const candidateName = (one: Candidate): string => (one.class ? className(one.class) : t('sense.unsure'));

/** A number with two digits that count: 0.034, 2.1, 17. */
export const rough = (value: number): string =>
  new Intl.NumberFormat(i18n.locale, { maximumSignificantDigits: 2 }).format(value);

/** Codes whose number stands in their words, with how many digits it has. */
const DIGITS: Partial<Record<EvidenceCode, number>> = {
  loudness: 0, class: -2, heard_by_others: 0, not_heard: 0, fits_one_place: 0, fits_bearings: 0, movement_there: 0, movement_started: 1,
  camera_alarm: 1,
  clock_off: 0, echo: 1, judged_before: 0,
};

/** A piece of evidence as a sentence. */
export function evidenceText(one: Evidence, name: (sensor: string) => string): string {
  const digits = DIGITS[one.code];
  const raw = one.value ?? 0;
  const value = digits === undefined ? '' : digits === -2 ? number(Math.round(raw * 100)) : number(round(raw, digits));
  const sensor = one.sensor ? name(one.sensor) : '';
  const alone = one.code === 'heard_by_others' && raw <= 1 ? '.alone' : '';
  return t(`sense.why.${one.code}${alone}` as Key, { value, sensor });
}

export function leftOutText(one: LeftOut, name: (sensor: string) => string): string {
  return t(`sense.left.${one.why}`, { sensor: name(one.sensor), by: number(round(one.by, 0)) });
}

const round = (value: number, digits: number) => Math.round(value * 10 ** digits) / 10 ** digits;
