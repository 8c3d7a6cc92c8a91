// Rules of the settings: hours of the day as fields show them, and a rule in words. Pure but for the words.
import { dayClock, t } from '../i18n/index.svelte';
import type { Rule } from './types';
import { className, zoneName } from './words';

const two = (value: number) => String(value).padStart(2, '0');

/** 1350 as `22:30`; '' for none. */
export const hourText = (minute: number | undefined): string => (minute === undefined ? '' : `${two(Math.floor(minute / 60))}:${two(minute % 60)}`);

/** `22:30` as 1350. */
export function minuteOf(hour: string): number | undefined {
  const [hours, minutes] = hour.split(':').map(Number);
  return hours === undefined || minutes === undefined || !Number.isInteger(hours) || !Number.isInteger(minutes) ? undefined : hours * 60 + minutes;
}

/** When and where a rule holds, and for which sounds. */
export function ruleText(rule: Rule): string {
  const hours = rule.from_minute !== undefined && rule.until_minute !== undefined ? `${hourText(rule.from_minute)} – ${hourText(rule.until_minute)}` : '';
  const dates = [rule.from && dayClock(rule.from), rule.until && dayClock(rule.until)];
  const span = dates[0] || dates[1] ? `${dates[0] ?? '…'} – ${dates[1] ?? '…'}` : '';
  return [
    zoneName(rule.zone) || t('sense.rule.zone.all'),
    [span, hours].filter(Boolean).join(', ') || t('sense.rule.always'),
    rule.classes?.length ? rule.classes.map(className).join(', ') : t('sense.rule.classes.all'),
  ].join(' · ');
}

/** The same list with one entry further up. */
export function raised<T>(list: readonly T[], index: number): T[] {
  const next = [...list];
  const [one] = next.splice(index, 1);
  if (one !== undefined) next.splice(Math.max(index - 1, 0), 0, one);
  return next;
}
