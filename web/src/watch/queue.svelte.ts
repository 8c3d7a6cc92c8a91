// The queue of signals: what is in it, which one is open, and judging with its undoing.
// Not here: how it looks (Signals.svelte), and what a signal is made of (types.ts).
import { Problem } from '../api/client';
import { t } from '../i18n/index.svelte';
import { problemText } from '../parts/problem';
import { announce } from '../stores/announce.svelte';
import { signals } from '../stores/signals.svelte';
import { watch, type Wanted } from './api';
import { paced } from './pace';
import type { Class, Judgement, Shown, SignalView } from './types';

const UNDO_MAX = 50;
/** How long it is offered to undo; the key works longer. */
const OFFER_MS = 9_000;

export interface Done {
  id: string;
  title: string;
  judgement: Judgement;
}

class Queue {
  items = $state.raw<Shown[]>([]);
  total = $state(0);
  threshold = $state(0);
  state = $state<'loading' | 'ready' | 'error'>('loading');
  problem = $state.raw<unknown>(null);
  wanted = $state<Wanted>({ state: 'open' });
  detail = $state.raw<SignalView | null>(null);
  detailState = $state<'none' | 'loading' | 'ready' | 'absent' | 'error'>('none');
  /** What was judged last and is offered to be undone. */
  offered = $state.raw<Done | null>(null);
  #undo: Done[] = [];
  #offer: ReturnType<typeof setTimeout> | undefined;
  #run = 0;
  #changed = new Set<string>();
  #pace = paced(() => void this.#readChanged());
  #shown = '';
  /** Judged here and not answered yet: what the stream says of them in the meantime is older. */
  #leaving = new Set<string>();
  #judging: Promise<void> = Promise.resolve();

  get narrowed(): boolean {
    return !!(this.wanted.class || this.wanted.profile || this.wanted.place);
  }

  async load(): Promise<void> {
    const run = ++this.#run;
    try {
      const answer = await watch.signals($state.snapshot(this.wanted));
      if (run !== this.#run) return;
      this.items = answer.items.filter((one) => !this.#leaving.has(one.signal.id));
      this.total = answer.total;
      this.threshold = answer.threshold;
      signals.open = answer.open;
      this.state = 'ready';
      this.problem = null;
    } catch (error) {
      if (run !== this.#run) return;
      this.problem = error;
      if (this.items.length === 0) this.state = 'error';
    }
  }

  /** Other signals are wanted. */
  narrow(part: Partial<Wanted>): void {
    this.wanted = { ...this.wanted, ...part };
    this.items = [];
    this.state = 'loading';
    void this.load();
  }

  /** The stream names one that changed; null: some may have. */
  heard = (id: string | null): void => {
    if (id) this.#changed.add(id);
    else this.#changed.add('');
    this.#pace.run();
  };

  async #readChanged(): Promise<void> {
    const ids = [...this.#changed];
    this.#changed.clear();
    if (this.#shown && (ids.includes(this.#shown) || ids.includes(''))) void this.open(this.#shown, true);
    // Judged here and not answered yet: the answer reads the queue anyway.
    if (ids.some((id) => !this.#leaving.has(id))) await this.load();
  }

  /** Reads one signal with its documents, to be shown. */
  async open(id: string, again = false): Promise<void> {
    this.#shown = id;
    if (!id) {
      this.detail = null;
      this.detailState = 'none';
      return;
    }
    if (!again) {
      const known = this.items.find((one) => one.signal.id === id);
      this.detail = known ? { shown: known, documents: [] } : null;
      this.detailState = 'loading';
    }
    try {
      const view = await watch.signal(id);
      if (this.#shown !== id) return;
      this.detail = view;
      this.detailState = 'ready';
    } catch (error) {
      if (this.#shown !== id) return;
      this.problem = error;
      this.detailState = error instanceof Problem && error.status === 404 ? 'absent' : 'error';
    }
  }

  /** The signal after or before one. */
  next(id: string, by: number): string {
    const at = this.items.findIndex((one) => one.signal.id === id);
    if (at < 0) return this.items[by > 0 ? 0 : this.items.length - 1]?.signal.id ?? '';
    return this.items[Math.min(Math.max(at + by, 0), this.items.length - 1)]?.signal.id ?? '';
  }

  /** What is to be shown when one leaves the queue. */
  after(id: string): string {
    const at = this.items.findIndex((one) => one.signal.id === id);
    return (this.items[at + 1] ?? this.items[at - 1])?.signal.id ?? '';
  }

  /** Judges a signal. It leaves the queue at once, and comes back when the node does not take the judgement. */
  judge(shown: Shown, judgement: Judgement): Promise<void> {
    return (this.#judging = this.#judge(shown, judgement));
  }

  async #judge(shown: Shown, judgement: Judgement): Promise<void> {
    const { id, story } = shown.signal;
    const done = { id, title: story.title, judgement };
    this.#undo = [...this.#undo.slice(1 - UNDO_MAX), done];
    this.#offerUndo(done);
    announce.say(judgedText(done));
    this.#leaving.add(id);
    if (this.wanted.state === 'open') this.#leave(id);
    try {
      const now = await watch.judge(id, judgement);
      if (this.wanted.state !== 'open') this.items = this.items.map((one) => (one.signal.id === id ? now : one));
    } catch (error) {
      this.#undo = this.#undo.filter((one) => one !== done);
      if (this.offered === done) this.offered = null;
      announce.show(problemText(error), 'error');
    } finally {
      this.#leaving.delete(id);
      void this.load();
    }
  }

  #leave(id: string): void {
    const left = this.items.filter((one) => one.signal.id !== id);
    if (left.length === this.items.length) return;
    this.items = left;
    this.total -= 1;
    if (signals.open) signals.open -= 1;
  }

  /** Takes back the last judgement that was made here. Gives the signal it was about. */
  async undo(): Promise<string> {
    const last = this.#undo.at(-1);
    if (!last) return '';
    this.#undo = this.#undo.slice(0, -1);
    this.offered = null;
    try {
      await this.#judging;
      await watch.takeBack(last.id);
      announce.say(t('watch.undone', { title: last.title }));
      await this.load();
      return last.id;
    } catch (error) {
      announce.show(problemText(error), 'error');
      return '';
    }
  }

  #offerUndo(done: Done): void {
    this.offered = done;
    clearTimeout(this.#offer);
    this.#offer = setTimeout(() => (this.offered = null), OFFER_MS);
  }

  clear(): void {
    clearTimeout(this.#offer);
    this.#pace.stop();
    this.#changed.clear();
    this.#undo = [];
    this.offered = null;
    this.items = [];
    this.detail = null;
    this.detailState = 'none';
    this.state = 'loading';
    this.wanted = { state: 'open' };
  }
}

export const queue = new Queue();

/** "Relevant: Blocked entrance" */
export function judgedText({ title, judgement }: Done): string {
  const what = judgement.class ? t(`watch.class.${judgement.class}`) : t(`watch.verdict.${judgement.verdict}`);
  return t('watch.judged', { what, title });
}

/** A class or place is said of what is worth the time; what was said before stays. */
export function corrected(shown: Shown, part: { class?: Class; place?: string }): Judgement {
  const before = shown.judged;
  return {
    verdict: before && before.verdict !== 'duplicate' ? before.verdict : 'relevant',
    ...(before?.class && { class: before.class }),
    ...(before?.place && { place: before.place }),
    ...part,
  };
}
