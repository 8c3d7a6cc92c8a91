// What the node says is in the window of the map, when there is more than the feed holds: single items while they are
// few, counts when they are many. Not here: the drawing (MapCanvas.svelte).
import { api } from '../api/client';
import type { Filters, MapAnswer } from '../api/types';

const NOTHING: MapAnswer = { items: [], clusters: [] };
/** After the last movement. */
const MOVED_MS = 150;
/** After something arrived: a burst is one question. */
const ARRIVED_MS = 3_000;

class Crowd {
  now = $state.raw<MapAnswer | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #run = 0;

  /** Asks for a window; `null` when everything is in the feed. */
  ask(box: number[] | null, filters: Filters, arrived = false): void {
    clearTimeout(this.#timer);
    const run = ++this.#run;
    if (!box) {
      this.now = null;
      return;
    }
    this.now ??= NOTHING;
    this.#timer = setTimeout(async () => {
      try {
        const answer = await api.map(box, filters);
        if (run === this.#run) this.now = answer;
      } catch {
        // The map keeps what it has; the line at the top says when the node is away.
      }
    }, arrived ? ARRIVED_MS : MOVED_MS);
  }
}

export const crowd = new Crowd();
