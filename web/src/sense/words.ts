// An observation in words. Not here: the words themselves (i18n/sense.*.json).
import { named, number, t, type Key } from '../i18n/index.svelte';
import { area } from '../stores/area.svelte';
import type { Class, Evidence, EvidenceCode, LeftOut, Observation, Shown } from './types';

export const className = (one: Class): string => t(`sense.class.${one}`);

/** What happened: the operator's word, else the post's, else that it is not sure. */
export function whatName(observation: Observation, judged?: Class | null): string {
  if (judged) return className(judged);
  const { what } = observation;
  if (!what) return t('sense.unsure');
  return what.kind === 'sound' ? className(what.name as Class) : t(`sense.movement.${what.name}` as Key);
}

/** "Shot, World Forum" */
export function headline({ observation, class: judged }: Pick<Shown, 'observation' | 'class'>): string {
  const zone = observation.place?.zone;
  const what = whatName(observation, judged);
  return zone ? t('sense.headline', { what, where: named(area.zone(zone)?.name) || zone }) : what;
}

/** Codes whose number stands in their words, with how many digits it has. */
const DIGITS: Partial<Record<EvidenceCode, number>> = {
  loudness: 0, class: -2, heard_by_others: 0, not_heard: 0, fits_one_place: 0, fits_bearings: 0, movement_there: 0, movement_started: 1,
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
