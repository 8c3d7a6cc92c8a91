// What of a plan refers to a measure or scenario, and a plan without it. Not here: asking whether it is meant.
import type { Plan } from '../types';

export interface Reference {
  /** What refers to it. */
  kind: 'requires' | 'excludes' | 'posture' | 'decision' | 'effect' | 'norm';
  /** Its name, or the id of that whose name is shown. */
  id: string;
  level?: number;
}

/** What refers to a measure. Where a decision does, the measure stays: what was decided is not rewritten. */
export function toMeasure(plan: Plan, id: string): Reference[] {
  const postures = (plan.postures ?? []).filter((one) => one.measures.includes(id));
  const decided = (posture: string) => (plan.decisions ?? []).some((one) => one.posture === posture);
  return [
    ...plan.measures.filter((one) => one.requires?.includes(id)).map((one) => ({ kind: 'requires' as const, id: one.id })),
    ...plan.measures.filter((one) => one.excludes?.includes(id)).map((one) => ({ kind: 'excludes' as const, id: one.id })),
    ...postures.map((one) => ({ kind: decided(one.id) ? ('decision' as const) : ('posture' as const), id: one.id })),
  ];
}

/** What refers to a scenario. */
export function toScenario(plan: Plan, id: string): Reference[] {
  return [
    ...plan.norms.filter((one) => one.scenario === id).map((one) => ({ kind: 'norm' as const, id: one.id, level: one.level })),
    ...plan.measures.filter((one) => one.effects.some((effect) => effect.scenario === id)).map((one) => ({ kind: 'effect' as const, id: one.id })),
  ];
}

export function withoutMeasure(plan: Plan, id: string): Plan {
  const others = (ids: string[]) => ids.filter((one) => one !== id);
  const measures = plan.measures
    .filter((one) => one.id !== id)
    .map((one) => ({ ...one, ...(one.requires && { requires: others(one.requires) }), ...(one.excludes && { excludes: others(one.excludes) }) }));
  return { ...plan, measures, ...(plan.postures && { postures: plan.postures.map((one) => ({ ...one, measures: others(one.measures) })) }) };
}

export function withoutScenario(plan: Plan, id: string): Plan {
  const measures = plan.measures.map((one) => ({ ...one, effects: one.effects.filter((effect) => effect.scenario !== id) }));
  return { ...plan, measures, scenarios: plan.scenarios.filter((one) => one.id !== id), norms: plan.norms.filter((one) => one.scenario !== id) };
}
