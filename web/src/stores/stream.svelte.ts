// The live stream: what arrives, and whether we still hear the node. Not here: what items are kept (feed.svelte.ts).
import { api } from '../api/client';
import type { ItemSummary } from '../api/types';

export interface Listener {
  item(item: ItemSummary): void;
  gone(id: string): void;
  /** The stream is open and may have missed something: read the list now, what changes after comes by itself. */
  fresh(): void;
  /** Which version the area is at: another one is there to be read. */
  area(version: number | undefined): void;
  /** A signal of web monitoring changed: for analysts of their own organisation only. */
  signal(id: string): void;
  /** An observation of Eye and Ear changed: for operators of their own organisation only. */
  observation(id: string): void;
  /** A sensor fares otherwise: for the same. */
  sensor(id: string): void;
  /** The node ended the session. */
  ended(): void;
}

/** The node says hello every 15 s; after two missed ones we no longer call the picture live. */
const SILENCE_MS_MAX = 35_000;
const RETRY_MS = [1_000, 2_000, 5_000, 10_000];
/** After a gap that the node filled, the list is still read once: what was taken away in the gap is in no stream. Not by
    all screens at once when a node comes back. */
const LOOK_AGAIN_MS_MAX = 3_000;

class Stream {
  state = $state<'connecting' | 'live' | 'lost'>('connecting');
  /** When the node was last heard. */
  heard = $state<number | null>(null);

  #source: EventSource | null = null;
  #watch: ReturnType<typeof setInterval> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #tries = 0;
  #gap = false;
  #listener: Listener | null = null;

  start(listener: Listener): void {
    this.stop();
    this.#gap = false;
    this.#listener = listener;
    this.#open(listener);
    this.#watch = setInterval(() => {
      if (this.state === 'live' && this.heard !== null && Date.now() - this.heard > SILENCE_MS_MAX) {
        this.#later(listener);
      }
    }, 5_000);
  }

  /** The device lost its network: what is still open is not trusted, and begun anew when it is back. */
  drop(): void {
    if (this.#listener) this.#later(this.#listener);
  }

  /** The network is back, or the reader: no need to wait for the next try. */
  wake(): void {
    if (this.state !== 'lost' || !this.#listener) return;
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#open(this.#listener);
  }

  stop(): void {
    clearInterval(this.#watch);
    clearTimeout(this.#retry);
    clearTimeout(this.#again);
    this.#listener = null;
    this.#source?.close();
    this.#source = null;
    this.state = 'connecting';
  }

  #open(listener: Listener): void {
    const source = new EventSource(api.streamUrl());
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
      this.#gap = true;
      if (source.readyState === EventSource.CLOSED) this.#later(listener);
    };
    on('hello', (data) => {
      listener.area((data as { area?: number }).area);
      if ((data as { resumed?: boolean }).resumed === false) listener.fresh();
      else if (this.#gap) {
        clearTimeout(this.#again);
        this.#again = setTimeout(() => listener.fresh(), Math.random() * LOOK_AGAIN_MS_MAX);
      }
      this.#gap = false;
    });
    on('area', (data) => listener.area((data as { version: number }).version));
    on('item', (data) => listener.item(data as ItemSummary));
    on('gone', (data) => listener.gone((data as { id: string }).id));
    on('signal', (data) => listener.signal((data as { id: string }).id));
    on('observation', (data) => listener.observation((data as { id: string }).id));
    on('sensor', (data) => listener.sensor((data as { id: string }).id));
    on('session', () => {
      this.stop();
      listener.ended();
    });
  }

  #later(listener: Listener): void {
    this.#source?.close();
    this.state = 'lost';
    this.#gap = true;
    const wait = RETRY_MS[Math.min(this.#tries, RETRY_MS.length - 1)] ?? 10_000;
    this.#tries += 1;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#open(listener), wait);
  }
}

export const stream = new Stream();
