// What the stream says of observations and sensors, for operators: how many are open, how the sensors are, and who wants to
// know which changed. Not here: the observations themselves (sense/desk.svelte.ts).
import { json } from '../api/client';

/** Several changes in a row are counted once. */
const COUNT_AFTER_MS = 1_500;
const COUNTED_MAX = 100;
/** Sensors that do what they hang there for. */
const FIT: readonly string[] = ['working', 'learning'];

type What = 'observation' | 'sensor';
type Listener = (what: What, id: string | null) => void;

class Observations {
  /** How many wait for an operator; null when that is not known, or not for this member. */
  open = $state<number | null>(null);
  /** How many sensors work and how many do not; null when that is not known, or there are none. */
  sensors = $state.raw<{ fit: number; unfit: number } | null>(null);
  #listeners = new Set<Listener>();
  #counting: Partial<Record<What, ReturnType<typeof setTimeout>>> = {};

  /** One changed; null: some may have, while nobody listened. */
  heard(what: What, id: string | null): void {
    for (const listener of this.#listeners) listener(what, id);
    this.count(what, COUNT_AFTER_MS);
  }

  /** The stream was away: anything may have changed. */
  fresh(): void {
    this.heard('observation', null);
    this.heard('sensor', null);
  }

  /** Asks how many are open, or how the sensors are. */
  count(what: What, after = 0): void {
    // What comes in a stream of its own is not put off by it.
    if (after > 0 && this.#counting[what] !== undefined) return;
    clearTimeout(this.#counting[what]);
    this.#counting[what] = setTimeout(() => {
      delete this.#counting[what];
      void this.#read(what).catch(() => undefined);
    }, after);
  }

  async #read(what: What): Promise<void> {
    if (what === 'observation') {
      this.open = (await json<{ items: unknown[] }>(`/sense/observations?state=open&limit=${COUNTED_MAX}`)).items.length;
      return;
    }
    const { items } = await json<{ items: { sensor: { health: { state: string } } }[] }>('/sense/sensors');
    const fit = items.filter((one) => FIT.includes(one.sensor.health.state)).length;
    this.sensors = items.length > 0 ? { fit, unfit: items.length - fit } : null;
  }

  /** Tells a part of the screens what changes; the answer ends that. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  clear(): void {
    for (const timer of Object.values(this.#counting)) clearTimeout(timer);
    this.#counting = {};
    this.open = null;
    this.sensors = null;
  }
}

export const observations = new Observations();
