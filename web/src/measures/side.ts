// Options side by side: what of each is told, and what the next one buys. Not here: the page (Compare.svelte).
import type { LevelPosture, OptionShown, Plan, Solution, StreetEffect } from './types';

export interface Column {
  number: number;
  name: string;
  solution: Solution;
  posture: LevelPosture;
  norms: number;
  failing: LevelPosture['norms'];
  /** The norms that are closest to failing. */
  tightest: LevelPosture['norms'];
  /** The street that loses most. */
  street: StreetEffect['streets'][number] | null;
  /** The measure that takes longest before it works. */
  setUpHours: number;
}

const TIGHTEST = 2;

/** What is told of an option at a level; none when it has no posture there. */
export function column(option: OptionShown, level: number, plan: Plan): Column | null {
  if (option.outcome.outcome !== 'met') return null;
  const solution = option.outcome;
  const posture = solution.postures.find((one) => one.level === level);
  if (!posture) return null;
  const streets = option.streets.find((one) => one.level === level)?.effect.streets ?? [];
  const slack = (one: LevelPosture['norms'][number]) => one.remaining_share / one.remaining_share_max;
  const hours = plan.measures.filter((one) => posture.measures.includes(one.id)).map((one) => one.set_up_hours);
  return {
    number: option.number,
    name: option.name,
    solution,
    posture,
    norms: posture.norms.length,
    failing: posture.norms.filter((one) => slack(one) > 1 + 1e-9),
    tightest: [...posture.norms].sort((a, b) => slack(b) - slack(a)).slice(0, TIGHTEST),
    street: streets.reduce<Column['street']>((worst, one) => (!worst || one.minutes_per_household_per_day > worst.minutes_per_household_per_day ? one : worst), null),
    setUpHours: Math.max(0, ...hours),
  };
}

/** What going from one to the next takes off residents, and what it costs a year. */
export const between = (one: Column, next: Column) => ({
  worst: one.posture.worst_points - next.posture.worst_points,
  minutes: one.posture.resident_minutes_per_day - next.posture.resident_minutes_per_day,
  money: next.solution.worth.money_eur - one.solution.worth.money_eur,
});
