// What a posture cost people, by neighbourhood: said beforehand and found afterwards. Not here: the table (Impacts.svelte).
import type { Impact, Plan, Posture } from './types';

export interface PostureImpacts {
  posture: Posture;
  /** The dearest first. */
  rows: Impact[];
  /** Minutes a day of all, as predicted. */
  predicted: number;
  /** Minutes a day of all that were measured; nothing before anybody measured. */
  measured: number | null;
}

/** Postures with their impacts, the latest first; those without any are left out. */
export function impactsOf(plan: Plan): PostureImpacts[] {
  const found = (plan.postures ?? []).flatMap((posture) => {
    const rows = (plan.impacts ?? []).filter((one) => one.posture === posture.id).sort((a, b) => b.predicted_minutes_per_day - a.predicted_minutes_per_day);
    if (rows.length === 0) return [];
    const known = rows.flatMap((one) => one.measured_minutes_per_day ?? []);
    const sum = (values: number[]) => values.reduce((all, one) => all + one, 0);
    return [{ posture, rows, predicted: sum(rows.map((one) => one.predicted_minutes_per_day)), measured: known.length > 0 ? sum(known) : null }];
  });
  return found.reverse();
}

/** A number of minutes as somebody writes it, with a comma or a point; nothing when the field is empty, NaN when it is no number or might
 *  be two (1,500). */
export function written(text: string): number | null {
  const plain = text.trim().replace(',', '.').replace('−', '-');
  if (plain === '') return null;
  return /^-?\d+(\.(\d\d?|\d{4,}))?$/.test(plain) ? Number(plain) : NaN;
}

/** The plan with what was found in some neighbourhoods of a posture, and how. What is empty was not measured. */
export function withMeasured(plan: Plan, posture: string, found: ReadonlyMap<string, number | null>, source: string, author: string): Plan {
  const changed = (one: Impact): Impact => {
    const value = found.get(one.id);
    if (one.posture !== posture || value === undefined || value === (one.measured_minutes_per_day ?? null)) return one;
    const { measured_minutes_per_day: _, ...rest } = one;
    return value === null ? rest : { ...rest, measured_minutes_per_day: value, origin: { ...one.origin, source, author } };
  };
  return { ...plan, impacts: (plan.impacts ?? []).map(changed) };
}
