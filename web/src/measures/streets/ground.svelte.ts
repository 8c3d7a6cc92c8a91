// Streets and neighbourhoods of the plan, read once for whoever is signed in. Not here: how they are drawn (drawn.ts).
import { Problem } from '../../api/client';
import { session } from '../../stores/session.svelte';
import { measures } from '../api';
import type { Ground } from '../types';
import { piecesOf, streetsOf } from './pieces';

class GroundStore {
  now = $state.raw<Ground | null>(null);
  problem = $state.raw<unknown>(null);
  /** Nobody has brought streets, or neighbourhoods. */
  none = $state(false);
  pieces = $derived(this.now ? piecesOf(this.now) : []);
  streets = $derived(streetsOf(this.pieces));
  names = $derived(this.streets.map((one) => one.name));
  #of = '';
  #reading: Promise<void> | null = null;

  /** Reads them when they are not there, or are those of somebody else. */
  async load(): Promise<void> {
    const member = session.now?.member.id ?? '';
    if (member !== this.#of) [this.now, this.none, this.problem, this.#of] = [null, false, null, member];
    if (this.now || this.none) return;
    await (this.#reading ??= this.read());
  }

  read = async (): Promise<void> => {
    try {
      this.now = await measures.map();
      [this.problem, this.none] = [null, false];
    } catch (error) {
      this.none = error instanceof Problem && error.status === 404;
      [this.now, this.problem] = [null, this.none ? null : error];
    } finally {
      this.#reading = null;
    }
  };
}

export const ground = new GroundStore();
