// The desk of an operator: the observations in the list, the one that is open, the sensors, and judging with its undoing.
// Not here: how it looks (Observations.svelte), and what an observation is made of (types.ts).
import { Problem } from '../api/client';
import { t } from '../i18n/index.svelte';
import { problemText } from '../parts/problem';
import { announce } from '../stores/announce.svelte';
import { observations } from '../stores/observations.svelte';
import { paced } from '../watch/pace';
import { sense, type Wanted } from './api';
import type { Judge, Sensor, Shown } from './types';
import { headline } from './words';

const UNDO_MAX = 50;
/** How long it is offered to undo: the node lets it be taken back a little longer. */
const OFFER_MS = 9_000;

export interface Done {
  id: string;
  title: string;
  verdict: Judge['verdict'];
}

class Desk {
  items = $state.raw<Shown[]>([]);
  next = $state<string | null>(null);
  state = $state<'loading' | 'ready' | 'error'>('loading');
  problem = $state.raw<unknown>(null);
  wanted = $state<Wanted>({ state: 'open' });
  detail = $state.raw<Shown | null>(null);
  detailState = $state<'none' | 'loading' | 'ready' | 'absent' | 'error'>('none');
  sensors = $state.raw<Sensor[]>([]);
  sensorsState = $state<'loading' | 'ready' | 'error'>('loading');
  sensorsProblem = $state.raw<unknown>(null);
  /** What was judged last and is offered to be undone. */
  offered = $state.raw<Done | null>(null);
  #undo: Done[] = [];
  #offer: ReturnType<typeof setTimeout> | undefined;
  #run = 0;
  #pace = paced(() => void this.#readChanged());
  #paceSensors = paced(() => void this.readSensors());
  #changed = new Set<string>();
  #shown = '';
  /** Judged here and not answered yet: what the stream says of them in the meantime is older. */
  #leaving = new Set<string>();
  #judging: Promise<void> = Promise.resolve();

  sensorName = (id: string): string => this.sensors.find((one) => one.sensor.id === id)?.sensor.register.name ?? id;

  async load(): Promise<void> {
    const run = ++this.#run;
    try {
      const page = await sense.observations($state.snapshot(this.wanted));
      if (run !== this.#run) return;
      this.items = page.items.filter((one) => !this.#leaving.has(one.observation.id));
      this.next = page.next ?? null;
      this.state = 'ready';
      this.problem = null;
    } catch (error) {
      if (run !== this.#run) return;
      this.problem = error;
      if (this.items.length === 0) this.state = 'error';
    }
  }

  async more(): Promise<void> {
    if (!this.next) return;
    const run = this.#run;
    const page = await sense.observations({ ...$state.snapshot(this.wanted), cursor: this.next });
    if (run !== this.#run) return;
    this.items = [...this.items, ...page.items];
    this.next = page.next ?? null;
  }

  async readSensors(): Promise<void> {
    try {
      this.sensors = await sense.sensors();
      this.sensorsState = 'ready';
    } catch (error) {
      this.sensorsProblem = error;
      if (this.sensors.length === 0) this.sensorsState = 'error';
    }
  }

  narrow(part: Partial<Wanted>): void {
    this.wanted = { ...this.wanted, ...part };
    this.items = [];
    this.state = 'loading';
    void this.load();
  }

  /** The stream names an observation that changed; null: some may have. */
  heard = (what: 'observation' | 'sensor', id: string | null): void => {
    if (what === 'sensor') {
      this.#paceSensors.run();
      return;
    }
    this.#changed.add(id ?? '');
    this.#pace.run();
  };

  async #readChanged(): Promise<void> {
    const ids = [...this.#changed];
    this.#changed.clear();
    if (this.#shown && (ids.includes(this.#shown) || ids.includes(''))) void this.open(this.#shown, true);
    if (ids.some((id) => !this.#leaving.has(id))) await this.load();
  }

  async open(id: string, again = false): Promise<void> {
    this.#shown = id;
    if (!id) {
      this.detail = null;
      this.detailState = 'none';
      return;
    }
    if (!again) {
      this.detail = this.items.find((one) => one.observation.id === id) ?? null;
      this.detailState = this.detail ? 'ready' : 'loading';
    }
    try {
      const shown = await sense.observation(id);
      if (this.#shown !== id) return;
      this.detail = shown;
      this.detailState = 'ready';
    } catch (error) {
      if (this.#shown !== id) return;
      this.problem = error;
      this.detailState = error instanceof Problem && error.status === 404 ? 'absent' : 'error';
    }
  }

  /** The observation after or before one. */
  beside(id: string, by: number): string {
    const at = this.items.findIndex((one) => one.observation.id === id);
    if (at < 0) return this.items[by > 0 ? 0 : this.items.length - 1]?.observation.id ?? '';
    return this.items[Math.min(Math.max(at + by, 0), this.items.length - 1)]?.observation.id ?? '';
  }

  /** What is to be shown when one leaves the list. */
  after(id: string): string {
    const at = this.items.findIndex((one) => one.observation.id === id);
    return (this.items[at + 1] ?? this.items[at - 1])?.observation.id ?? '';
  }

  /** Judges an observation. It leaves the list at once, and comes back when the node does not take the judgement. */
  judge(shown: Shown, judge: Judge): Promise<void> {
    return (this.#judging = this.#judge(shown, judge));
  }

  async #judge(shown: Shown, judge: Judge): Promise<void> {
    const { id } = shown.observation;
    const done = { id, title: headline(shown), verdict: judge.verdict };
    const leaves = this.wanted.state === 'open' && judge.verdict !== 'class';
    this.#undo = [...this.#undo.slice(1 - UNDO_MAX), done];
    this.#offerUndo(done);
    announce.say(judgedText(done));
    this.#leaving.add(id);
    if (leaves) {
      this.items = this.items.filter((one) => one.observation.id !== id);
      if (observations.open) observations.open -= 1;
    }
    try {
      const now = await sense.judge(id, judge);
      if (!leaves) this.items = this.items.map((one) => (one.observation.id === id ? now : one));
      if (this.#shown === id) this.detail = now;
    } catch (error) {
      this.#undo = this.#undo.filter((one) => one !== done);
      if (this.offered === done) this.offered = null;
      announce.show(problemText(error), 'error');
    } finally {
      this.#leaving.delete(id);
      void this.load();
    }
  }

  /** Takes back the last judgement that was made here. Gives the observation it was about. */
  async undo(): Promise<string> {
    const last = this.#undo.at(-1);
    if (!last) return '';
    this.#undo = this.#undo.slice(0, -1);
    this.offered = null;
    try {
      await this.#judging;
      await sense.takeBack(last.id);
      announce.say(t('sense.undone', { title: last.title }));
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
    this.#paceSensors.stop();
    this.#changed.clear();
    this.#undo = [];
    this.offered = null;
    this.items = [];
    this.sensors = [];
    this.sensorsState = 'loading';
    this.detail = null;
    this.detailState = 'none';
    this.state = 'loading';
    this.wanted = { state: 'open' };
  }
}

export const desk = new Desk();

/** "Nothing: Shot at Churchillplein" */
export const judgedText = ({ title, verdict }: Done): string => t('sense.judged', { what: t(`sense.verdict.${verdict}`), title });
