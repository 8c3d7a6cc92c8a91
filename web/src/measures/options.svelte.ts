// Searches and the options they found: what is under way, what there is, and which are chosen to be laid side by side.
// Not here: how they look.
import { t } from '../i18n/index.svelte';
import { announce } from '../stores/announce.svelte';
import { measures } from './api';
import type { OptionRow, Request, Search } from './types';

const ASK_MS = 700;
/** As many fit on a page. */
export const COMPARED_MAX = 5;

class Options {
  rows = $state.raw<OptionRow[] | null>(null);
  searches = $state.raw<Search[]>([]);
  problem = $state.raw<unknown>(null);
  chosen = $state<number[]>([]);
  /** A search that was under way and is not known any more: the node was started anew, or somebody else ended it. */
  lost = $state.raw<Search | null>(null);
  underWay = $derived(this.searches.find((one) => one.state === 'waiting' || one.state === 'running') ?? null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  /** Reads both, and asks again while something is under way. */
  start(): () => void {
    this.#stopped = false;
    void this.load();
    return () => {
      this.#stopped = true;
      clearTimeout(this.#timer);
    };
  }

  load = async (): Promise<void> => {
    clearTimeout(this.#timer);
    try {
      const before = this.underWay;
      this.searches = await measures.searches();
      const done = before && this.searches.find((one) => one.id === before.id);
      if (!this.rows || done?.state === 'done') this.rows = await measures.options();
      // What was ended here is not there before either.
      if (before && !done) this.lost = before;
      if (done?.state === 'done') announce.show(t('measures.search.found', { name: done.name }));
      this.problem = null;
    } catch (error) {
      this.problem = error;
    }
    if (!this.#stopped && this.underWay) this.#timer = setTimeout(() => void this.load(), ASK_MS);
  };

  async search(name: string, request: Request): Promise<void> {
    const begun = await measures.search(name, request);
    [this.searches, this.lost] = [[begun, ...this.searches], null];
    clearTimeout(this.#timer);
    if (!this.#stopped) this.#timer = setTimeout(() => void this.load(), ASK_MS);
  }

  async end(search: Search): Promise<void> {
    await measures.endSearch(search.id);
    this.searches = this.searches.filter((one) => one.id !== search.id);
  }

  async remove(number: number): Promise<void> {
    await measures.removeOption(number);
    this.rows = (this.rows ?? []).filter((one) => one.number !== number);
    this.chosen = this.chosen.filter((one) => one !== number);
  }

  choose(number: number): void {
    if (this.chosen.includes(number)) this.chosen = this.chosen.filter((one) => one !== number);
    else if (this.chosen.length < COMPARED_MAX) this.chosen = [...this.chosen, number];
  }

  clear(): void {
    [this.rows, this.searches, this.problem, this.chosen, this.lost] = [null, [], null, [], null];
  }
}

export const options = new Options();
