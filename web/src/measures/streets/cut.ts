// Homes that closures cut off, told once a neighbourhood: whose trips, how many households, and in which streets. Not here: the panel.
import type { Group, Mode, StreetEffect } from '../types';

export interface Cut {
  neighbourhood: string;
  /** The most households that any of those trips miss. */
  households: number;
  streets: string[];
  trips: { group: Group; mode: Mode }[];
}

export function cutOff(effect: StreetEffect): Cut[] {
  const all = new Map<string, Cut>();
  for (const one of effect.cut_off) {
    const cut = all.get(one.neighbourhood) ?? { neighbourhood: one.neighbourhood, households: 0, streets: [], trips: [] };
    cut.households = Math.max(cut.households, one.households);
    cut.streets = [...new Set([...cut.streets, ...one.streets])].sort();
    cut.trips.push({ group: one.group, mode: one.mode });
    all.set(one.neighbourhood, cut);
  }
  return [...all.values()].sort((a, b) => b.households - a.households);
}
