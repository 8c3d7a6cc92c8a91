// How far one gets in some minutes while streets are closed, asked anew when what is closed or what is asked changes. Not here: the form
// (ReachPanel.svelte), how it is drawn (drawn.ts).
import { measures } from '../api';
import type { Closure, Group, Mode, Plan, Position, Reach } from '../types';

/** From all places that help comes from; anything else is the id of a destination. */
export const HELP = '';
export const MINUTES_MAX = 60;
/** As many places as the node takes. */
const STARTS_MAX = 32;

/** Where one sets out from: the places that help comes from, or a destination. */
export function startsOf(plan: Plan, from: string): Position[] {
  const wanted = from === HELP ? (plan.emergency_from ?? []) : [from];
  return (plan.destinations ?? []).filter((one) => wanted.includes(one.id)).slice(0, STARTS_MAX).map((one) => one.at as Position);
}

export class Reaching {
  on = $state(false);
  from = $state(HELP);
  mode = $state<Mode>('emergency');
  group = $state<Group>('residents');
  minutes = $state(5);
  told = $state.raw<Reach | null>(null);
  problem = $state.raw<unknown>(null);
  fresh = $state(true);
  #asked = 0;

  /** Whether the minutes are a number the node takes. */
  get wellAsked(): boolean {
    return this.minutes > 0 && this.minutes <= MINUTES_MAX;
  }

  async ask(plan: Plan, chosen: readonly string[], closures: Closure[]): Promise<void> {
    const asked = ++this.#asked;
    const starts = startsOf(plan, this.from);
    if (!this.on || starts.length === 0 || !this.wellAsked) {
      [this.told, this.problem, this.fresh] = [null, null, true];
      return;
    }
    this.fresh = false;
    try {
      const told = await measures.reach({ starts, mode: this.mode, group: this.group, minutes: this.minutes }, [...chosen], closures);
      if (asked === this.#asked) [this.told, this.problem] = [told, null];
    } catch (error) {
      if (asked === this.#asked) [this.told, this.problem] = [null, error];
    }
    if (asked === this.#asked) this.fresh = true;
  }
}
