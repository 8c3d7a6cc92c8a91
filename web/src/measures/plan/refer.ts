// What of a plan refers to a record, and a plan without it. Not here: asking whether it is meant.
import type { Plan } from '../types';
import type { FormList } from './listed';
import { tripOf } from './place';

export interface Reference {
  /** What refers to it; `holds`: a record of `list`, and what it names stays until it no longer does. */
  kind: 'requires' | 'excludes' | 'posture' | 'decision' | 'effect' | 'norm' | 'help' | 'lasthelp' | 'outline' | 'holds';
  /** Its name, or the id of that whose name is shown. */
  id: string;
  level?: number;
  list?: 'sites' | 'assets' | 'neighbourhoods' | 'scenarios' | 'threat_levels' | 'postures' | 'events' | 'measures' | 'impacts' | 'travels' | 'decisions';
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

/** What refers to a part of the area, or to a destination. */
export function toRecord(plan: Plan, list: FormList, id: string): Reference[] {
  const holding = (of: NonNullable<Reference['list']>, records: readonly { id: string; level?: number }[] = []): Reference[] =>
    records.map((one) => ({ kind: 'holds', list: of, id: one.id, ...(one.level !== undefined && { level: one.level }) }));
  switch (list) {
    case 'zones':
      return [
        ...holding('sites', plan.sites?.filter((one) => one.zone === id)),
        ...holding('neighbourhoods', plan.neighbourhoods.filter((one) => one.zone === id)),
        ...holding('scenarios', plan.scenarios.filter((one) => one.zones.includes(id))),
        ...holding('threat_levels', plan.threat_levels?.filter((one) => one.zone === id)),
        ...holding('postures', plan.postures?.filter((one) => one.zones.includes(id))),
        ...holding('events', plan.events?.filter((one) => one.zones.includes(id))),
      ];
    case 'sites':
      return holding('assets', plan.assets?.filter((one) => one.site === id));
    case 'assets':
      return holding('scenarios', plan.scenarios.filter((one) => one.assets?.includes(id)));
    case 'neighbourhoods':
      return [
        ...holding('measures', plan.measures.filter((one) => one.burdens?.some((burden) => burden.neighbourhoods?.includes(id)))),
        ...holding('impacts', plan.impacts?.filter((one) => one.neighbourhood === id)),
      ];
    case 'destinations':
      return [
        ...holding('travels', plan.travels?.filter((one) => one.to.some((share) => share.destination === id)).map((one) => ({ id: tripOf(one) }))),
        ...(plan.emergency_from?.includes(id) ? [{ kind: plan.emergency_from.length === 1 ? ('lasthelp' as const) : ('help' as const), id }] : []),
      ];
  }
}

/** Public decisions tell residents how to object: then there is somebody to object to. */
export const toContact = (plan: Plan): Reference[] =>
  (plan.decisions ?? []).filter((one) => one.origin.publication === 'public').map((one) => ({ kind: 'holds', list: 'decisions', id: one.posture }));
