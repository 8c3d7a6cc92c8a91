// A rota as the screens ask for it and keep it: places with two plain weights, shifts on the clock of the area, what is fixed by hand.
// Not here: the shares and the draw, which the node makes, and how it looks.
import { instant, offset } from '../../i18n/index.svelte';
import type { OverrideLoss, Plan, Rota, RotaCoverage, RotaRequest } from '../types';

/** Points at stake, from little to most. */
export const STAKES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;
export const STAKE_USUAL = 5;
/** The share of it that a unit on the spot takes away. */
export const CUTS = { little: 0.25, half: 0.5, most: 0.75, nearly: 0.95 } as const;
export type Cut = keyof typeof CUTS;
/** Most shifts that the screen draws at once; by the API more. */
export const SHIFTS_MAX = 200;
export const PLACES_MAX = 200;
export const HOURS_MAX = 24;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A shift begins when the one before it ends, or at the same time every day. */
export type Every = 'on' | 'day';

export interface Place {
  id: string;
  name: string;
  /** The site of an asset, for the reader. */
  at?: string;
  chosen: boolean;
  stake: number;
  cut: Cut;
}
export interface Times {
  from: string;
  hours: number;
  count: number;
  every: Every;
}
export interface Wanted {
  unit: string;
  units: number;
  times: Times;
  places: Place[];
}
export interface Shift {
  from: string;
  until: string;
  /** Ids of places, one for each unit; a unit that has none is free. */
  places: string[];
  fixed: string[];
  loss: OverrideLoss | null;
}
export interface Drawn {
  wanted: Wanted;
  coverage: RotaCoverage;
  shifts: Shift[];
}

/** The sites of a plan, all of them chosen, and the assets at each, to be chosen where a site is too coarse. */
export function placesOf(plan: Plan): Place[] {
  const usual = { stake: STAKE_USUAL, cut: 'half' as const };
  return (plan.sites ?? []).flatMap((site) => [
    { id: `site:${site.id}`, name: site.name, chosen: true, ...usual },
    ...(plan.assets ?? []).filter((one) => one.site === site.id).map((one) => ({ id: `asset:${one.id}`, name: one.name, at: site.name, chosen: false, ...usual })),
  ]);
}

/** A time on the clock of the area, as a field has it; and the instant of one. */
export const clockField = (at: number): string => new Date(at + offset(at)).toISOString().slice(0, 16);
export const fromClock = (field: string): string => new Date(instant(Date.parse(`${field}Z`))).toISOString();

/** The next day at an hour on that clock. */
export const nextDay = (at: number, hour: number): string => `${clockField(at + DAY_MS).slice(0, 10)}T${String(hour).padStart(2, '0')}:00`;

/** When shifts begin and end. A day is one on the clock of the area, also when that clock is changed. */
export function shiftTimes({ from, hours, count, every }: Times): { from: string; until: string }[] {
  const first = Date.parse(from);
  const begins = (at: number) => (every === 'on' ? first + at * hours * HOUR_MS : instant(first + offset(first) + at * DAY_MS));
  const text = (ms: number) => new Date(ms).toISOString();
  return Array.from({ length: count }, (_, at) => ({ from: text(begins(at)), until: text(begins(at) + hours * HOUR_MS) }));
}

/** What is lost to us is won by the attacker: nobody is asked for two opinions. */
const target = (place: Place): RotaRequest['targets'][number] => {
  const covered = place.stake * (1 - CUTS[place.cut]);
  return { id: place.id, ours_covered: -covered, ours_open: -place.stake, theirs_covered: covered, theirs_open: place.stake };
};

/** What the node is asked for; of places, those that are chosen. */
export const requestOf = (wanted: Wanted, overrides: RotaRequest['overrides'] = []): RotaRequest => ({
  targets: wanted.places.map(target), units: wanted.units, shifts: wanted.times.count, overrides,
});

/** One shift drawn by itself: its others stay as they are. */
export const oneShift = (wanted: Wanted, fixed: readonly string[]): RotaRequest =>
  ({ ...requestOf(wanted, fixed.map((place) => ({ shift: 0, target: place }))), shifts: 1 });

/** What was fixed by hand stays fixed while shifts are at the same times, the place is in it, and there are units enough. */
export function stillFixed(old: Drawn | null, wanted: Wanted): { shift: number; target: string }[] {
  const times = (one: Wanted) => `${one.times.from} ${one.times.hours} ${one.times.every}`;
  if (!old || times(old.wanted) !== times(wanted)) return [];
  return old.shifts.slice(0, wanted.times.count).flatMap((shift, at) => {
    const kept = shift.fixed.filter((id) => wanted.places.some((place) => place.id === id));
    return kept.length > wanted.units ? [] : kept.map((id) => ({ shift: at, target: id }));
  });
}

export function drawnOf(wanted: Wanted, rota: Rota, overrides: readonly { shift: number; target: string }[]): Drawn {
  const losses = new Map(rota.losses.map((one) => [one.shift, one]));
  const shifts = shiftTimes(wanted.times).map((time, at) => ({
    ...time, places: rota.shifts[at] ?? [], fixed: overrides.filter((one) => one.shift === at).map((one) => one.target), loss: losses.get(at) ?? null,
  }));
  return { wanted, coverage: rota.coverage, shifts };
}

/** A rota in which one shift is another. */
export const withShift = (drawn: Drawn, at: number, fixed: readonly string[], rota: Rota): Drawn => ({
  ...drawn,
  shifts: drawn.shifts.map((one, index) => (index === at ? { ...one, places: rota.shifts[0] ?? [], fixed: [...fixed], loss: rota.losses[0] ?? null } : one)),
});

/** Of what nobody could know of a shift, the share that is known once some of it is fixed; none when all was known before. */
export function knownShare(loss: Pick<OverrideLoss, 'surprise_bits'>, coverage: Pick<RotaCoverage, 'surprise_bits'>): number | null {
  if (coverage.surprise_bits < 1e-6) return null;
  return Math.min(1, Math.max(0, loss.surprise_bits / coverage.surprise_bits));
}

/** Points that the attacker expects when it knows what is fixed. */
export const expectedThen = (loss: Pick<OverrideLoss, 'worth'>, coverage: Pick<RotaCoverage, 'attacker_worth'>): number => coverage.attacker_worth + loss.worth;

/** In how many shifts a place is covered. */
export const times = (drawn: Drawn, place: string): number => drawn.shifts.filter((shift) => shift.places.includes(place)).length;
