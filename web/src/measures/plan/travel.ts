// Where households go and how often: shares that are 1 together, destinations, and where help comes from. Not here: the forms.
import type { Destination, Plan, Share, Travel } from '../types';
import { withoutRecord, withRecord } from './listed';
import { tripOf } from './place';

/** Most trips of a household on a day that the node takes. */
export const TRIPS_PER_DAY_MAX = 100;
/** Shares so close to 1 together are 1: thirds are written with some digits. The node allows as much. */
const SHARE_ROUNDING = 1e-3;
/** What a share is a whole number of: a thousandth of a percent, as fields write it. */
const STEPS = 1e5;
/** With more destinations a new travel begins with one row, not with all. */
const ROWS_MAX = 8;

/** A share as it is typed: null while it is empty, NaN while it is no percentage. */
export interface Row {
  destination: string;
  share: number | null;
}

export function rowsOf(travel: Travel | null, destinations: readonly Destination[]): Row[] {
  if (travel) return travel.to.map((one) => ({ ...one }));
  const first = destinations.length > ROWS_MAX ? destinations.slice(0, 1) : destinations;
  return first.map((one) => ({ destination: one.id, share: null }));
}

/** All shares together; NaN while one of them is no percentage. */
export const total = (rows: readonly Row[]): number => rows.reduce((sum, one) => sum + (one.share ?? 0), 0);
export const isWhole = (sum: number): boolean => Math.abs(sum - 1) <= SHARE_ROUNDING;
/** What is not given to a destination yet; less than nothing when too much is. */
export const left = (sum: number): number => Math.round((1 - sum) * STEPS) / STEPS;

/** The same share for each, the last with what rounding leaves. */
export function even(count: number): number[] {
  const each = Math.floor(STEPS / count);
  return Array.from({ length: count }, (_, at) => (at === count - 1 ? STEPS - each * (count - 1) : each) / STEPS);
}

/** What the plan keeps: destinations that somebody goes to. */
export const keptRows = (rows: readonly Row[]): Share[] => rows.flatMap((one) => (one.share ? [{ destination: one.destination, share: one.share }] : []));

/** Where a travel stands in a plan: as it was, or, when somebody changed it, the only one of its group and mode; -1 when it is gone. */
function placeIn(travels: readonly Travel[], travel: Travel): number {
  const [text, trip] = [JSON.stringify(travel), tripOf(travel)];
  const same = travels.findIndex((one) => JSON.stringify(one) === text);
  if (same >= 0 || travels.filter((one) => tripOf(one) === trip).length !== 1) return same;
  return travels.findIndex((one) => tripOf(one) === trip);
}

/** The plan with a travel in the place of what it was, or at the end. */
export function withTravel(plan: Plan, before: Travel | null, made: Travel): Plan {
  const travels = plan.travels ?? [];
  const at = before ? placeIn(travels, before) : -1;
  return { ...plan, travels: at < 0 ? [...travels, made] : travels.map((one, other) => (other === at ? made : one)) };
}

export function withoutTravel(plan: Plan, travel: Travel): Plan {
  const travels = plan.travels ?? [];
  const at = placeIn(travels, travel);
  return { ...plan, travels: travels.filter((_, other) => other !== at) };
}

/** The plan with a destination, and with whether help comes from there. */
export function withDestination(plan: Plan, destination: Destination, help: boolean): Plan {
  const others = (plan.emergency_from ?? []).filter((one) => one !== destination.id);
  const before = plan.emergency_from?.includes(destination.id);
  return { ...withRecord(plan, 'destinations', destination), emergency_from: before && help ? (plan.emergency_from ?? []) : help ? [...others, destination.id] : others };
}

export const withoutDestination = (plan: Plan, id: string): Plan => ({ ...withoutRecord(plan, 'destinations', id), emergency_from: (plan.emergency_from ?? []).filter((one) => one !== id) });

/** The travels that the minutes told to residents come from: public ones, between public destinations. */
export function publicTravels(plan: Plan): Travel[] {
  const known = new Set((plan.destinations ?? []).filter((one) => one.origin.publication === 'public').map((one) => one.id));
  return (plan.travels ?? []).filter((one) => one.origin.publication === 'public' && one.to.every((share) => known.has(share.destination)));
}
