// Figures and reasons of measures in the reader's words. Not here: the layout.
import { i18n, number, t } from '../i18n/index.svelte';
import { desk } from './desk.svelte';
import { GROUPS, MODES, type Limit, type Plan, type Rejected, type Unmet } from './types';

const made = new Map<string, Intl.NumberFormat>();
function styled(name: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${i18n.locale} ${name}`;
  let found = made.get(key);
  if (!found) made.set(key, (found = new Intl.NumberFormat(i18n.locale, options)));
  return found;
}

/** Points of burden: two figures behind the point while they are small. */
export const points = (value: number): string => styled(value < 10 ? 'points' : 'whole', { maximumFractionDigits: value < 10 ? 2 : 0 }).format(value);
/** Euros, whole; from a million on in millions. */
export const euros = (value: number): string =>
  Math.abs(value) >= 1e6
    ? styled('millions', { style: 'currency', currency: 'EUR', notation: 'compact', maximumFractionDigits: 2 }).format(value)
    : styled('euros', { style: 'currency', currency: 'EUR', maximumFractionDigits: 0 }).format(value);
/** A share, as a percentage. */
export const share = (value: number): string => styled('share', { style: 'percent', maximumFractionDigits: value < 0.1 ? 1 : 0 }).format(value);
/** Minutes a day of all residents together. */
export const minutes = (value: number): string => styled('minutes', { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
export const hours = (value: number): string => (value >= 48 ? t('measures.days.n', { count: Math.round(value / 24) }) : t('measures.hours.n', { count: number(Math.round(value * 10) / 10) }));

/** What a travel is called, from `residents/car`; any other name as it is. */
export function tripText(name: string): string {
  const [group, mode] = [GROUPS.find((one) => name.startsWith(`${one}/`)), MODES.find((one) => name.endsWith(`/${one}`))];
  return group && mode && name === `${group}/${mode}` ? t('measures.draw.trip', { group: t(`measures.group.${group}`), mode: t(`measures.mode.${mode}`) }) : name;
}

/** The levels that a plan speaks of, from the lowest. */
export const levelsThere = (plan: Plan): number[] => plan.levels.map((one) => one.level).sort((a, b) => a - b);

/** A norm that fails: of what, at which level, how much would remain and may remain. */
export const unmetText = (one: Unmet): string =>
  t('measures.unmet.norm', { scenario: desk.name(one.scenario), level: one.level, remains: share(one.remaining_share), may: share(one.remaining_share_max) });

export function limitText(limit: Limit): string {
  switch (limit.kind) {
    case 'right':
      return t(`measures.right.${limit.broken.right}`, { place: desk.name(limit.broken.place) });
    case 'burden':
      return t('measures.limit.burden', { place: desk.name(limit.neighbourhood), level: limit.level });
    case 'staff':
      return t('measures.limit.staff', { level: limit.level });
    case 'money':
      return t('measures.limit.money');
    case 'excludes':
      return t('measures.limit.excludes', { one: desk.name(limit.one), other: desk.name(limit.other) });
    case 'requires':
      return t('measures.limit.requires', { one: desk.name(limit.measure), other: desk.name(limit.required) });
    case 'set-up':
      return t('measures.limit.setup', { one: desk.name(limit.measure), level: limit.level });
    case 'not-allowed':
      return t('measures.limit.notallowed', { one: desk.name(limit.measure), level: limit.level });
    case 'must':
      return t('measures.limit.must', { one: desk.name(limit.measure) });
  }
}

export function reasonText(reason: Rejected['reasons'][number]): string {
  switch (reason.kind) {
    case 'ruled-out':
      return t('measures.reason.ruledout');
    case 'not-allowed':
      return t('measures.reason.notallowed', { level: reason.lowest_level });
    case 'serves-no-norm':
      return t('measures.reason.servesnone');
    case 'breaks-right':
      return t(`measures.right.${reason.right}`, { place: desk.name(reason.place) });
    case 'excluded-by':
      return t('measures.reason.excludedby', { other: desk.name(reason.measure) });
    case 'alternative-to':
      return t('measures.reason.alternative', { other: desk.name(reason.measure), more: more(reason) });
    case 'not-needed':
      return t('measures.reason.notneeded');
  }
}

/** What is more, in the order that counts: the first part that differs. */
export function more(one: { worst_points: number; mean_points: number; money_eur: number }): string {
  if (Math.abs(one.worst_points) > 1e-6) return t('measures.more.worst', { points: points(Math.abs(one.worst_points)) });
  if (Math.abs(one.mean_points) > 1e-6) return t('measures.more.mean', { points: points(Math.abs(one.mean_points)) });
  if (Math.abs(one.money_eur) > 0.5) return t('measures.more.money', { euros: euros(Math.abs(one.money_eur)) });
  return t('measures.more.same');
}
