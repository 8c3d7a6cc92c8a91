// Which options can be compared, and which of them no other beats in both cost and burden. Not here: drawing them (Pareto.svelte).
import type { OptionRow } from './types';

/** Options of the same zones and levels together, where there are two or more; the latest first. */
export function comparable(rows: readonly OptionRow[]): OptionRow[][] {
  const groups = new Map<string, OptionRow[]>();
  for (const one of rows) {
    if (!one.worth) continue;
    const key = `${[...one.zones].sort().join(' ')} ${one.levels.join(' ')}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

export interface Dot {
  cost: number;
  burden: number;
}

/** From the cheapest on: each costs more than the one before and burdens less. */
export function front<T extends Dot>(dots: readonly T[]): T[] {
  const best: T[] = [];
  for (const one of [...dots].sort((a, b) => a.cost - b.cost || a.burden - b.burden)) {
    const last = best.at(-1);
    if (!last || one.burden < last.burden) best.push(one);
  }
  return best;
}
