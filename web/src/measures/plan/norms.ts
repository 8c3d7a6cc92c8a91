// Norms as a table: of each scenario, what may remain at each level, and what holds where nothing is stated. Not here: the table.
import type { Norm, Origin, Plan } from '../types';

export interface Cell {
  level: number;
  /** As it is stated for this level. */
  own: Norm | null;
  /** What holds here when nothing is stated: that of the nearest level below. */
  below: Norm | null;
}

/** What is stated of a scenario at each of the levels, from the lowest. */
export function cells(plan: Plan, scenario: string, levels: readonly number[]): Cell[] {
  const own = new Map(plan.norms.filter((one) => one.scenario === scenario).map((one) => [one.level, one]));
  let below: Norm | null = null;
  return levels.map((level) => {
    const cell = { level, own: own.get(level) ?? null, below };
    below = cell.own ?? below;
    return cell;
  });
}

/** The levels at which more may remain than at a level below: a slip of the pen. */
export function loosening(shares: readonly (number | null)[], levels: readonly number[]): number[] {
  let least = Infinity;
  return levels.filter((_, at) => {
    const share = shares[at] ?? null;
    if (share === null || !Number.isFinite(share)) return false;
    const loose = share > least + 1e-9;
    least = Math.min(least, share);
    return loose;
  });
}

/** States, changes or takes away one norm. */
export function withNorm(plan: Plan, scenario: string, level: number, share: number | null, setBy: string, origin: Origin): Plan {
  const others = plan.norms.filter((one) => one.scenario !== scenario || one.level !== level);
  if (share === null) return { ...plan, norms: others };
  const before = plan.norms.find((one) => one.scenario === scenario && one.level === level);
  const free = (id: string): string => (plan.norms.some((one) => one.id === id) ? free(`${id}-n`) : id);
  const norm: Norm = { id: before?.id ?? free(`${scenario}-${level}`), scenario, level, remaining_share_max: share, set_by: setBy, origin: { ...origin, publication: before?.origin.publication ?? origin.publication } };
  const at = before ? plan.norms.indexOf(before) : others.length;
  return { ...plan, norms: [...others.slice(0, at), norm, ...others.slice(at)] };
}

/** Who set the norms of a scenario, each once. */
export const setters = (plan: Plan, scenario: string): string[] => [...new Set(plan.norms.filter((one) => one.scenario === scenario).map((one) => one.set_by))];
