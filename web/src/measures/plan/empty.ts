// The plan that one begins with: zones of the area, the five levels, and a scale until somebody is asked. Not here: what comes next.
import { origin } from '../records';
import { LEVELS, type Plan } from '../types';
import { inAYear } from './draft';
import { INVENTED } from './invented';

/** The version of the document that this node reads. */
const PLAN_VERSION = 1;
const DAYS_PER_YEAR = 365;
const STAFF_HOUR_EUR = 60;

export function emptyPlan(name: string, zones: readonly { id: string; name: string }[]): Plan {
  const from = origin('The area and its zones, as the node has them', new Date().toISOString(), inAYear());
  const scale = origin(`${INVENTED} as a beginning: every kind of burden weighs as much as another; ask people`, from.valid_from, from.valid_until);
  return {
    version: PLAN_VERSION, name, origin: from, zones: zones.map((one) => ({ ...one, origin: from })), neighbourhoods: [], scenarios: [], norms: [], measures: [],
    levels: LEVELS.map((level) => ({ level, days_per_year: level === 1 ? DAYS_PER_YEAR : 0, warning_hours: 0 })),
    scale: { points: [0, 1, 2, 3, 4], weights: [1, 1, 1, 1, 1], points_per_minute: 1, staff_hour_eur: STAFF_HOUR_EUR, origin: scale },
  };
}
