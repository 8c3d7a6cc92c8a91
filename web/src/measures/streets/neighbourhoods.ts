// Neighbourhoods of the map beside those of the plan: the minutes of one count only when both have it. Not here: their outlines on the map.
import { INVENTED } from '../plan/invented';
import { inAYear } from '../plan/draft';
import { origin } from '../records';
import type { Drawn, Plan } from '../types';

export interface OnMap {
  id: string;
  name: string;
  zone: string;
  households: number;
  residents: number | null;
}

/** People in a household where only households are counted: the mean of the Netherlands, rounded. */
const RESIDENTS_PER_HOUSEHOLD = 2.1;

export const neighbourhoodsOf = (drawn: Drawn): OnMap[] =>
  drawn.features.flatMap((one) => {
    const { id, name, zone, households, residents } = one.properties ?? {};
    if (typeof id !== 'string') return [];
    return [{ id, name: typeof name === 'string' && name ? name : id, zone: typeof zone === 'string' ? zone : '', households: Number(households ?? 0), residents: typeof residents === 'number' ? residents : null }];
  });

export const missingOnMap = (plan: Plan, found: readonly OnMap[]): Plan['neighbourhoods'] => plan.neighbourhoods.filter((one) => !found.some((other) => other.id === one.id));

/** The plan with neighbourhoods of the map. What the map does not say is reckoned, and said to be invented. */
export function withNeighbourhoods(plan: Plan, added: readonly OnMap[]): Plan {
  const [first] = plan.zones;
  if (!first) return plan;
  const from = origin(`${INVENTED}: reckoned from the households of the map; state residents and zone`, new Date().toISOString(), inAYear());
  const made = added.filter((one) => !plan.neighbourhoods.some((other) => other.id === one.id)).map((one) => ({
    id: one.id, name: one.name, zone: plan.zones.some((zone) => zone.id === one.zone) ? one.zone : first.id,
    residents: one.residents ?? Math.round(one.households * RESIDENTS_PER_HOUSEHOLD), origin: from,
  }));
  return { ...plan, neighbourhoods: [...plan.neighbourhoods, ...made] };
}
