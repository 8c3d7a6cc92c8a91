// Looking at the past: which moment, which period, playing, and what stood then. The address has the moment, so that it
// can be shared. Not here: the search in spans (spans.ts), the bar (TimeBar.svelte).
import { api, Problem } from '../api/client';
import type { Activity, Span } from '../api/types';
import { router } from '../router.svelte';
import { area } from '../stores/area.svelte';
import { feed } from '../stores/feed.svelte';
import { fitsNarrow } from '../stores/narrow';
import { around, covers, ending, MEASURES, needed, written, type Length, type Period } from './periods';
import { standing } from './past';
import { Scene } from './scene';
import { Spans } from './spans';

/** Most spans kept of a period; a day has room for twenty thousand items. */
const SPANS_MAX = 60_000;
/** How often the list follows: faster cannot be read. The map follows with every frame. */
const LIST_EVERY_MS = 120;
/** How often the address follows a moving hand. */
const ADDRESS_EVERY_MS = 800;

class Replay {
  /** The moment that is looked at; null: live. */
  at = $state<number | null>(null);
  length = $state<Length>('24h');
  period = $state.raw<Period>(ending(Date.now(), '24h'));
  activity = $state.raw<Activity | null>(null);
  playing = $state(false);
  speed = $state<number>(60);
  state = $state<'idle' | 'loading' | 'ready' | 'error'>('idle');
  problem = $state.raw<unknown>(null);
  /** Spans read so far. */
  read = $state(0);
  /** Not all spans of the period fit. */
  cut = $state(false);
  scene = $state.raw<Scene | null>(null);
  /** Counts what changed in the scene, once a frame at most. */
  turn = $state(0);
  /** The moment the list shows, and how often it was renewed. */
  listed = $state.raw({ at: 0, turn: 0 });

  #spans: Spans | null = null;
  #known: Period | null = null;
  #run = 0;
  #wanted: number | null = null;
  #frame = 0;
  #played = 0;
  #listing: ReturnType<typeof setTimeout> | undefined;
  #address: ReturnType<typeof setTimeout> | undefined;

  get past(): boolean {
    return this.at !== null;
  }

  /** The address says which moment; none is live. */
  look(at: number | null): void {
    if (at === null) {
      this.#leave();
      return;
    }
    // The address follows the hand a little later and in whole seconds: that is no new wish.
    if (this.at !== null && Math.abs(this.at - at) < 1000) return;
    const now = Date.now();
    const moment = Math.min(at, now);
    if (moment < this.period.from || moment >= this.period.until) this.show(around(moment, now, this.length));
    this.#go(moment);
  }

  /** The hand moves: everything follows within a frame, the address a little later. */
  move(at: number): void {
    const moment = Math.max(this.period.from, Math.min(at, this.period.until - 1, Date.now()));
    this.#go(moment);
    clearTimeout(this.#address);
    this.#address = setTimeout(() => this.settle(), ADDRESS_EVERY_MS);
  }

  /** Writes the moment into the address. */
  settle(): void {
    clearTimeout(this.#address);
    if (this.at === null) return;
    const here = router.route;
    const path = here.screen === 'item' ? `/item/${encodeURIComponent(here.params['id'] ?? '')}` : '/';
    if (here.screen === 'picture' || here.screen === 'item') router.go(`${path}?at=${written(this.at)}`, here.query.has('at'));
  }

  /** Back to now. */
  live(): void {
    this.#leave();
    const here = router.route;
    if (here.query.has('at')) router.go(here.screen === 'item' ? `/item/${encodeURIComponent(here.params['id'] ?? '')}` : '/');
    this.show(ending(Date.now(), this.length));
  }

  choose(length: Length): void {
    this.length = length;
    this.show(this.at === null ? ending(Date.now(), length) : around(this.at, Date.now(), length));
  }

  /** The next or previous period; the hand goes along. */
  turnPage(by: 1 | -1): void {
    const { period } = MEASURES[this.length];
    const wanted = (this.at ?? Date.now()) + by * period;
    if (wanted >= Date.now()) {
      this.live();
      return;
    }
    this.jump(wanted);
  }

  /** To any moment, also outside the bar. */
  jump(at: number): void {
    const moment = Math.min(at, Date.now());
    if (moment < this.period.from || moment >= this.period.until) this.show(around(moment, Date.now(), this.length));
    this.#go(moment);
    this.settle();
  }

  play(): void {
    if (this.playing) {
      this.pause();
      return;
    }
    if (this.at === null) this.move(this.period.from);
    this.playing = true;
    this.#played = performance.now();
    this.#ask();
  }

  pause(): void {
    this.playing = false;
    this.settle();
  }

  /** Which period the bar shows. */
  show(period: Period): void {
    if (period.from === this.period.from && period.until === this.period.until && this.activity) return;
    this.period = period;
    this.activity = null;
    void this.count();
  }

  /** Reads how much there was, for the bar. */
  async count(): Promise<void> {
    const { from, until } = this.period;
    const slices = Math.round((until - from) / MEASURES[this.length].slice);
    try {
      const activity = await api.activity(written(from), written(until), slices);
      if (this.period.from === from && this.period.until === until) this.activity = activity;
    } catch {
      // The bar stays as it was; the list says when the node is away.
    }
  }

  /** The picture was narrowed otherwise: the same spans, another scene. */
  narrow(): void {
    if (this.#spans && this.at !== null) this.#stage(this.#spans, this.at);
  }

  /** Nothing stays for the next member. */
  clear(): void {
    this.#leave();
    this.activity = null;
    this.#spans = this.#known = this.scene = null;
  }

  #go(moment: number): void {
    this.at = moment;
    this.#wanted = moment;
    const need = needed(this.period, moment);
    if (!covers(this.#known, need)) void this.#load(need);
    this.#ask();
  }

  #leave(): void {
    this.at = this.#wanted = null;
    this.playing = false;
    clearTimeout(this.#address);
    clearTimeout(this.#listing);
    this.#listing = undefined;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    // What is known of the past ends with looking at it: rights may change before the next look.
    this.#run += 1;
    this.#spans = this.#known = this.scene = null;
    this.state = 'idle';
  }

  #ask(): void {
    this.#frame ||= requestAnimationFrame((now) => this.#draw(now));
  }

  #draw(now: number): void {
    this.#frame = 0;
    if (this.at === null) return;
    if (this.playing) {
      const moment = this.at + (now - this.#played) * this.speed;
      this.#played = now;
      if (moment >= Date.now()) {
        this.live();
        return;
      }
      if (moment >= this.period.until) this.show(around(moment, Date.now(), this.length));
      this.at = this.#wanted = moment;
      const need = needed(this.period, moment);
      // Playing waits for what it does not know yet.
      if (!covers(this.#known, need)) void this.#load(need);
    }
    if (this.scene && this.#wanted !== null) {
      const { enter, leave } = this.scene.move(this.#wanted);
      if (enter.length + leave.length > 0) this.turn += 1;
      this.#listing ??= setTimeout(() => this.#list(), LIST_EVERY_MS);
    }
    if (this.playing) this.#ask();
  }

  async #load(need: Period, again = false): Promise<void> {
    // Once at a time; after a failure the reader says when to try again.
    if ((this.state === 'loading' || this.state === 'error') && covers(this.#loading, need) && !again) return;
    const run = ++this.#run;
    this.#loading = need;
    this.state = 'loading';
    this.read = 0;
    const found: Span[] = [];
    try {
      let cursor: string | null = null;
      do {
        const page: { spans: Span[]; next: string | null } = await api.replay(written(need.from), written(need.until), cursor);
        if (run !== this.#run) return;
        found.push(...page.spans.map((span) => standing(span, (site) => area.siteCentre(site))));
        this.read = found.length;
        cursor = page.next;
      } while (cursor && found.length < SPANS_MAX);
      this.cut = cursor !== null;
      this.#spans = new Spans(found);
      this.#known = need;
      this.#stage(this.#spans, this.at ?? need.from);
      this.state = 'ready';
      this.problem = null;
    } catch (error) {
      if (run !== this.#run) return;
      this.problem = error instanceof Problem ? error : new Problem('unknown', 0, String(error));
      this.state = 'error';
      this.playing = false;
    }
  }
  #loading: Period | null = null;

  /** Asks again after a failure. */
  retry(): void {
    if (this.at !== null) void this.#load(needed(this.period, this.at), true);
  }

  #list(): void {
    clearTimeout(this.#listing);
    this.#listing = undefined;
    this.listed = { at: this.at ?? 0, turn: this.listed.turn + 1 };
  }

  #stage(spans: Spans, at: number): void {
    const narrow = { ...feed.narrow };
    const scene = new Scene(spans, area.now?.bounds ?? [-180, -85, 180, 85], (span) => fitsNarrow(span, narrow));
    scene.move(at);
    this.scene = scene;
    this.turn += 1;
    this.#list();
  }
}

export const replay = new Replay();
