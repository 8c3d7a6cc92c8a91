// Which of some options no other beats in both cost and burden. Not here: drawing them (Pareto.svelte).
export interface Dot {
  cost: number;
  burden: number;
}

/** From the cheapest on: each costs more than the one before and burdens less. */
export function front<T extends Dot>(dots: readonly T[]): T[] {
  const best: T[] = [];
  for (const one of [...dots].sort((a, b) => a.cost - b.cost || a.burden - b.burden)) {
    const last = best.at(-1);
    if (!last || one.burden < last.burden) best.push(one);
  }
  return best;
}
