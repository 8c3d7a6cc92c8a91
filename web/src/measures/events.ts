// Events as the screens make and check them. Not here: showing them.
import { fresh, origin } from './records';
import type { Phase, PlaybookStep, PlannedEvent } from './types';

const DAY_MS = 86_400_000;
/** Records of an event hold until so long after it. */
const KEPT_MS = 365 * DAY_MS;

/** A new event of one day, or of the time that a calendar gives it. */
export function plannedEvent(name: string, from: string, until = new Date(Date.parse(from) + DAY_MS).toISOString()): PlannedEvent {
  // A calendar may have moments: a phase takes time.
  const ends = Date.parse(until) > Date.parse(from) ? until : new Date(Date.parse(from) + 3_600_000).toISOString();
  return { id: '', name, zones: [], phases: [{ kind: 'day', from, until: ends, level: 2 }], playbook: [], origin: origin(name, from, ends) };
}

/** The next phase after some: it begins where the last one ends. */
export function nextPhase(phases: readonly Phase[]): Phase {
  const last = phases.at(-1);
  const from = last?.until ?? new Date().toISOString();
  return { kind: last ? 'break-down' : 'day', from, until: new Date(Date.parse(from) + DAY_MS).toISOString(), level: last ? 1 : 2 };
}

/** The first phase that does not follow the one before it, or has no time; none when all are in order. */
export const outOfOrder = (phases: readonly Phase[]): number | null => {
  const at = phases.findIndex((one, index) => !(Date.parse(one.from) < Date.parse(one.until)) || (index > 0 && Date.parse(one.from) < Date.parse(phases[index - 1]?.until ?? '')));
  return at < 0 ? null : at;
};

/** Steps of a playbook whose phase is still there. */
export const stepsWithin = (steps: readonly PlaybookStep[], phases: readonly Phase[]): PlaybookStep[] => steps.filter((one) => one.phase < phases.length);

/** The event as it is kept: with an id, and an origin that outlives it. */
export function kept(event: PlannedEvent, source: string): PlannedEvent {
  const from = event.phases[0]?.from ?? new Date().toISOString();
  const until = new Date(Date.parse(event.phases.at(-1)?.until ?? from) + KEPT_MS).toISOString();
  const begins = new Date(Math.min(Date.now(), Date.parse(from))).toISOString();
  return { ...event, id: event.id || fresh('event'), playbook: stepsWithin(event.playbook ?? [], event.phases), origin: origin(source, begins, until, event.origin.publication) };
}
