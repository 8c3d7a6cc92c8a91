// What the stream says of observations and sensors, for operators: how many are open, and who wants to know which changed.
// Not here: the observations themselves (sense/desk.svelte.ts).
import { json } from '../api/client';

/** Several changes in a row are counted once. */
const COUNT_AFTER_MS = 1_500;
const COUNTED_MAX = 100;

type Listener = (id: string | null) => void;

class Observations {
  /** How many wait for an operator; null when that is not known, or not for this member. */
  open = $state<number | null>(null);
  #listeners = new Set<Listener>();
  #counting: ReturnType<typeof setTimeout> | undefined;

  /** One changed; null: some may have, while nobody listened. */
  heard(id: string | null): void {
    for (const listener of this.#listeners) listener(id);
    this.count(COUNT_AFTER_MS);
  }

  /** Asks how many are open. */
  count(after = 0): void {
    clearTimeout(this.#counting);
    this.#counting = setTimeout(() => {
      json<{ items: unknown[] }>(`/sense/observations?state=open&limit=${COUNTED_MAX}`).then(({ items }) => (this.open = items.length), () => undefined);
    }, after);
  }

  /** Tells a part of the screens what changes; the answer ends that. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  clear(): void {
    clearTimeout(this.#counting);
    this.open = null;
  }
}

export const observations = new Observations();
