// A measure while it is edited: every part is there, so that fields can be bound to it. Not here: the form.
import { session } from '../../stores/session.svelte';
import { fresh, origin } from '../records';
import type { Closure, Measure, Plan } from '../types';

export type WholeClosure = Required<Closure>;
export type Draft = Omit<Measure, 'closures' | 'burdens' | 'cost' | 'plain'> & {
  burdens: { kind: NonNullable<Measure['burdens']>[number]['kind']; weight: NonNullable<Measure['burdens']>[number]['weight']; neighbourhoods: string[] }[];
  cost: { once_eur: number; per_day_eur: number; staff_hours_per_day: number };
  closures: WholeClosure[];
  lowest_level: number;
  requires: string[];
  excludes: string[];
  mobile: boolean;
  plain: { name: { en: string; nl: string }; why: { en: string; nl: string } };
};

const YEAR_MS = 365 * 86_400_000;
/** A year from now: nothing holds for ever. */
export const inAYear = (now = Date.now()): string => new Date(now + YEAR_MS).toISOString();

export const wholeClosure = (one: Partial<Closure> = {}): WholeClosure => ({
  modes: [...(one.modes ?? ['car'])],
  exempt: [...(one.exempt ?? [])],
  streets: [...(one.streets ?? [])],
  at: structuredClone(one.at ?? []),
  within: structuredClone(one.within ?? []),
  from_hour: one.from_hour ?? 0,
  until_hour: one.until_hour ?? 24,
  manned_gate: one.manned_gate ?? false,
});

/** A closure as a plan keeps it: what is empty is left out. */
export function keptClosure(one: WholeClosure): Closure {
  const { exempt, streets, at, within, ...rest } = structuredClone(one);
  return { ...rest, ...(exempt.length > 0 && { exempt }), ...(streets.length > 0 && { streets }), ...(at.length > 0 && { at }), ...(within.length > 0 && { within }) };
}

/** Whether a closure says what it closes. */
export const isDrawn = (one: Pick<WholeClosure, 'streets' | 'at' | 'within'>): boolean => one.streets.length + one.at.length + one.within.length > 0;

export function draftOf(one: Measure): Draft {
  const { burdens, cost, closures, plain, ...rest } = structuredClone(one);
  return {
    ...rest,
    lowest_level: one.lowest_level ?? 1,
    requires: rest.requires ?? [],
    excludes: rest.excludes ?? [],
    mobile: one.mobile ?? false,
    burdens: (burdens ?? []).map((burden) => ({ ...burden, neighbourhoods: burden.neighbourhoods ?? [] })),
    cost: { once_eur: cost?.once_eur ?? 0, per_day_eur: cost?.per_day_eur ?? 0, staff_hours_per_day: cost?.staff_hours_per_day ?? 0 },
    closures: (closures ?? []).map(wholeClosure),
    plain: plain ?? { name: { en: '', nl: '' }, why: { en: '', nl: '' } },
  };
}

export function emptyMeasure(plan: Plan): Measure {
  const [scenario] = plan.scenarios;
  return {
    id: fresh('measure'), name: '', effects: scenario ? [{ scenario: scenario.id, layer: 'detect', low: 0, likely: 0, high: 0 }] : [], set_up_hours: 0,
    reversibility: { kind: 'undone', hours: 0 }, legal_basis: '', origin: { ...origin('', new Date().toISOString(), inAYear()), author: session.now?.member.name ?? '' },
  };
}

/** The measure as the plan keeps it. */
export function keptMeasure(draft: Draft, from: Measure['origin']): Measure {
  const { plain, same_function, closures, ...rest } = structuredClone(draft);
  const told = [plain.name.en, plain.name.nl, plain.why.en, plain.why.nl].some((one) => one.trim() !== '');
  return {
    ...rest,
    ...(same_function?.trim() && { same_function: same_function.trim() }),
    closures: closures.filter(isDrawn).map(keptClosure),
    ...(told && { plain }),
    origin: from,
  };
}

/** The plan with a measure in the place of the one of its id, or at the end. */
export function withMeasure(plan: Plan, measure: Measure): Plan {
  const there = plan.measures.some((one) => one.id === measure.id);
  return { ...plan, measures: there ? plan.measures.map((one) => (one.id === measure.id ? measure : one)) : [...plan.measures, measure] };
}

/** The layers at which a measure works, each once. */
export const layersOf = (one: Pick<Measure, 'effects'>): string[] => [...new Set(one.effects.map((effect) => effect.layer))];

/** Whether the hours of a closure are a part of the day: over midnight when they end before they begin. */
export const hoursRight = (one: Pick<WholeClosure, 'from_hour' | 'until_hour'>): boolean => one.from_hour !== one.until_hour;
