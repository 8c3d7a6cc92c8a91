// What the stream says of signals, for analysts: how many are open, and who wants to know which changed.
// Not here: the signals themselves (watch/queue.svelte.ts).
import { json } from '../api/client';

/** Several changes in a row are counted once. */
const COUNT_AFTER_MS = 1_500;

type Listener = (id: string | null) => void;

class Signals {
  /** How many wait for an analyst; null when that is not known, or not for this member. */
  open = $state<number | null>(null);
  #listeners = new Set<Listener>();
  #counting: ReturnType<typeof setTimeout> | undefined;

  /** One changed; null: some may have, while nobody listened. */
  heard(id: string | null): void {
    for (const listener of this.#listeners) listener(id);
    if (this.#listeners.size === 0) this.count(COUNT_AFTER_MS);
  }

  /** Asks how many are open, without reading them. */
  count(after = 0): void {
    clearTimeout(this.#counting);
    this.#counting = setTimeout(() => {
      json<{ open: number }>('/watch/signals?profile=-').then(({ open }) => (this.open = open), () => undefined);
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

export const signals = new Signals();
