// How an area breathes: which level each zone has when, which posture holds, and which events are planned.
// Not here: drawing it (Breathing.svelte).
import type { Plan, Posture } from './types';

export interface Span {
  from: number;
  until: number;
  level: number;
  /** What was stated, or planned for an event. */
  planned: boolean;
}
export interface Holding {
  from: number;
  until: number;
  posture: Posture;
  planned: boolean;
}

const ms = (time: string) => Date.parse(time);
const LOWEST = 1;

/** The levels of a zone as steps, without gaps: what is stated counts; what is planned for an event counts where it is higher. */
export function levels(plan: Plan, zone: string, from: number, until: number): Span[] {
  const stated = (plan.threat_levels ?? []).filter((one) => one.zone === zone).map((one) => ({ from: ms(one.from), until: ms(one.until), level: one.level, planned: false }));
  const planned = (plan.events ?? []).filter((event) => event.zones.includes(zone)).flatMap((event) => event.phases.map((one) => ({ from: ms(one.from), until: ms(one.until), level: one.level, planned: true })));
  const all = [...stated, ...planned].filter((one) => one.until > from && one.from < until);
  const cuts = [...new Set([from, until, ...all.flatMap((one) => [one.from, one.until])])].filter((at) => at >= from && at <= until).sort((a, b) => a - b);
  const spans: Span[] = [];
  cuts.slice(0, -1).forEach((cut, at) => {
    const next = cuts[at + 1] ?? until;
    const here = all.filter((one) => one.from <= cut && cut < one.until);
    // Of two that are equally high, what is stated goes before what is planned.
    const top = here.reduce<Span | null>((best, one) => (!best || one.level > best.level || (one.level === best.level && best.planned && !one.planned) ? { ...one } : best), null);
    const span = { from: cut, until: next, level: top?.level ?? LOWEST, planned: top?.planned ?? false };
    const last = spans.at(-1);
    if (last && last.level === span.level && last.planned === span.planned) last.until = next;
    else spans.push(span);
  });
  return spans;
}

/** The postures of a zone: those that were decided, the latest decision first, and those that are planned for an event. */
export function holdings(plan: Plan, zone: string, from: number, until: number): Holding[] {
  const postures = new Map((plan.postures ?? []).map((one) => [one.id, one]));
  const decided = (plan.decisions ?? []).flatMap((decision) => {
    const posture = postures.get(decision.posture);
    if (!posture?.zones.includes(zone)) return [];
    const ends = Math.min(...[posture.ends, decision.until].filter((one): one is string => !!one).map(ms));
    return [{ from: ms(decision.from ?? decision.decided_at), until: ends, posture, planned: false }];
  });
  const planned = (plan.events ?? []).filter((event) => event.zones.includes(zone)).flatMap((event) =>
    event.phases.flatMap((phase) => {
      const posture = phase.posture ? postures.get(phase.posture) : undefined;
      return posture ? [{ from: ms(phase.from), until: ms(phase.until), posture, planned: true }] : [];
    }),
  );
  return [...decided, ...planned].filter((one) => one.until > from && one.from < until).sort((a, b) => a.from - b.from);
}

/** What holds at a moment in a zone by the latest decision; none when nothing was decided. */
export const holdingAt = (plan: Plan, zone: string, at: number): Holding | null =>
  holdings(plan, zone, at, at + 1).filter((one) => !one.planned).at(-1) ?? null;

/** The level of a zone at a moment, by what is stated. */
export const levelAt = (plan: Plan, zone: string, at: number): number =>
  Math.max(LOWEST, ...(plan.threat_levels ?? []).filter((one) => one.zone === zone && ms(one.from) <= at && at < ms(one.until)).map((one) => one.level));

/** Until when the level of a zone holds; none when it is the lowest and nothing is stated. */
export function levelUntil(plan: Plan, zone: string, at: number): number | null {
  const now = levelAt(plan, zone, at);
  const holding = (plan.threat_levels ?? []).filter((one) => one.zone === zone && one.level === now && ms(one.from) <= at && at < ms(one.until));
  return holding.length > 0 ? Math.max(...holding.map((one) => ms(one.until))) : null;
}
