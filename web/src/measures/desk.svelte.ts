// The desk of a planner: the plan as it stands, saving a change of it, and the names of what it speaks of.
// Not here: how it looks, searches and options (options.svelte.ts).
import { Problem } from '../api/client';
import { measures } from './api';
import type { Plan, PlanShown } from './types';

type Named = { id: string; name: string };

class Desk {
  shown = $state.raw<PlanShown | null>(null);
  problem = $state.raw<unknown>(null);
  /** Nobody has made a plan yet. */
  none = $state(false);
  #names = $derived(index(this.shown?.plan));

  get plan(): Plan | null {
    return this.shown?.plan ?? null;
  }

  async load(): Promise<void> {
    try {
      this.shown = await measures.plan();
      [this.problem, this.none] = [null, false];
    } catch (error) {
      this.none = error instanceof Problem && error.status === 404;
      this.problem = this.none ? null : error;
    }
  }

  /** Saves a change of the plan. When somebody was first, the change is made again on what they left. */
  async change(how: (plan: Plan) => Plan): Promise<void> {
    for (let tries = 0; ; tries++) {
      const shown = this.shown;
      if (!shown) return;
      try {
        this.shown = await measures.putPlan(how(structuredClone(shown.plan)), shown.version);
        return;
      } catch (error) {
        if (!(error instanceof Problem) || error.status !== 412 || tries > 2) throw error;
        await this.load();
      }
    }
  }

  async put(plan: Plan, version: number): Promise<void> {
    this.shown = await measures.putPlan(plan, version);
    [this.problem, this.none] = [null, false];
  }

  clear(): void {
    this.shown = null;
    this.problem = null;
    this.none = false;
  }

  /** The name of a measure, scenario, zone or neighbourhood; its id while it is not known. */
  name = (id: string): string => this.#names.get(id) ?? id;
}

function index(plan: Plan | undefined): Map<string, string> {
  const names = new Map<string, string>();
  const lists: (readonly Named[] | undefined)[] = plan
    ? [plan.destinations, plan.assets, plan.sites, plan.zones, plan.neighbourhoods, plan.scenarios, plan.measures, plan.postures, plan.events]
    : [];
  for (const list of lists) for (const one of list ?? []) names.set(one.id, one.name);
  return names;
}

export const desk = new Desk();
