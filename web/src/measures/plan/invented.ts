// Which values of a plan were elicited, and which are invented until somebody is asked. Not here: asking.
import type { Measure, Origin, Plan } from '../types';

/** How the source of a value begins that nobody stated yet. */
export const INVENTED = 'Invented';

export const isInvented = (origin: Origin): boolean => origin.source.startsWith(INVENTED);

export interface Progress {
  list: 'scale' | 'norms' | 'measures' | 'scenarios';
  elicited: number;
  all: number;
}

export function progress(plan: Plan): Progress[] {
  const of = (list: Progress['list'], origins: Origin[]): Progress => ({ list, elicited: origins.filter((one) => !isInvented(one)).length, all: origins.length });
  return [
    of('scale', [plan.scale.origin]),
    of('norms', plan.norms.map((one) => one.origin)),
    of('scenarios', plan.scenarios.map((one) => one.origin)),
    of('measures', plan.measures.map((one) => one.origin)),
  ];
}

/** The next measure to ask about after one: the first invented one, round and round; none when all are elicited. */
export function nextInvented(measures: readonly Measure[], after: string): Measure | null {
  const at = measures.findIndex((one) => one.id === after);
  const round = [...measures.slice(at + 1), ...measures.slice(0, at + 1)];
  return round.find((one) => isInvented(one.origin) && one.id !== after) ?? null;
}

/** Swing weights from points of which the largest is 100: shares of that. */
export const weightsOf = (points: readonly number[]): number[] => points.map((one) => Number((one / 100).toFixed(4)));
/** Weights as points of which the largest is 100. */
export function pointsOf(weights: readonly number[]): number[] {
  const most = Math.max(...weights);
  return weights.map((one) => (most > 0 ? Math.round((one / most) * 1000) / 10 : 0));
}
