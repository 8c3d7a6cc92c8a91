// The live stream: what arrives, and whether we still hear the node. Not here: what items are kept (feed.svelte.ts).
import type { ItemSummary } from '../api/types';

export interface Listener {
  item(item: ItemSummary): void;
  gone(id: string): void;
  /** The stream began anew and may have missed something: read again. */
  fresh(): void;
  /** The node ended the session. */
  ended(): void;
}

/** The node says hello every 15 s; after two missed ones we no longer call the picture live. */
const SILENCE_MS_MAX = 35_000;
const RETRY_MS = [1_000, 2_000, 5_000, 10_000];

class Stream {
  state = $state<'connecting' | 'live' | 'lost'>('connecting');
  /** When the node was last heard. */
  heard = $state<number | null>(null);

  #source: EventSource | null = null;
  #watch: ReturnType<typeof setInterval> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #tries = 0;
  #begun = false;

  start(listener: Listener): void {
    this.stop();
    this.#begun = false;
    this.#open(listener);
    this.#watch = setInterval(() => {
      if (this.state === 'live' && this.heard !== null && Date.now() - this.heard > SILENCE_MS_MAX) {
        this.#again(listener);
      }
    }, 5_000);
  }

  stop(): void {
    clearInterval(this.#watch);
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = null;
    this.state = 'connecting';
  }

  #open(listener: Listener): void {
    const source = new EventSource('/api/v1/stream');
    this.#source = source;
    const on = (name: string, act: (data: unknown) => void) =>
      source.addEventListener(name, (event) => {
        this.heard = Date.now();
        this.state = 'live';
        act(JSON.parse((event as MessageEvent<string>).data));
      });
    source.onopen = () => {
      this.state = 'live';
      this.heard = Date.now();
      this.#tries = 0;
    };
    source.onerror = () => {
      // The browser itself tries again with Last-Event-ID unless the node refused for good.
      this.state = 'lost';
      if (source.readyState === EventSource.CLOSED) this.#again(listener);
    };
    on('hello', (data) => {
      // After a gap the node could not fill, only the list knows what was missed.
      if (this.#begun && (data as { resumed?: boolean }).resumed === false) listener.fresh();
      this.#begun = true;
    });
    on('item', (data) => listener.item(data as ItemSummary));
    on('gone', (data) => listener.gone((data as { id: string }).id));
    on('session', () => {
      this.stop();
      listener.ended();
    });
  }

  #again(listener: Listener): void {
    this.#source?.close();
    this.state = 'lost';
    const wait = RETRY_MS[Math.min(this.#tries, RETRY_MS.length - 1)] ?? 10_000;
    this.#tries += 1;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#open(listener), wait);
  }
}

export const stream = new Stream();
