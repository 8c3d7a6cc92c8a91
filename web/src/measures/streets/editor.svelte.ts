// What is closed on the map while it is edited: steps back and forth, and what the node says it does, asked after every change. Not here:
// the map (Streets.svelte), keeping it in the plan (TakeOver.svelte).
import { measures } from '../api';
import { isDrawn, keptClosure, wholeClosure, type WholeClosure } from '../plan/draft';
import type { Mode, Position, StreetEffect } from '../types';
import { begun, did, redone, undone, type History } from './history';
import { kept, middleOf, nearest, REACH_M_MAX, type Piece } from './pieces';

export interface Drawing {
  /** Measures of the plan that stand. */
  measures: readonly string[];
  /** What is drawn here. */
  closures: readonly WholeClosure[];
  /** The closure to which a click adds. */
  active: number;
}

export type Tool = 'piece' | 'outline';

export class Editor {
  history = $state.raw<History<Drawing>>(begun<Drawing>({ measures: [], closures: [], active: 0 }));
  tool = $state<Tool>('piece');
  corners = $state.raw<Position[]>([]);
  before = $state(false);
  mode = $state<Mode>('car');
  pointed = $state('');
  effect = $state.raw<StreetEffect | null>(null);
  /** Whether the answer is of what is drawn now. */
  fresh = $state(true);
  problem = $state.raw<unknown>(null);
  /** How long the last answer took, in milliseconds. */
  took = $state<number | null>(null);
  now = $derived(this.history.now);
  drawn = $derived(this.now.closures.filter(isDrawn));
  /** What is drawn and closes something to somebody at some hour, as the node takes it. */
  shut = $derived(this.drawn.filter((one) => one.modes.length > 0 && one.from_hour !== one.until_hour).map(keptClosure));
  canUndo = $derived(this.history.past.length > 0);
  canRedo = $derived(this.history.future.length > 0);
  #asked = 0;
  #frame = 0;

  constructor(closures: readonly WholeClosure[] = []) {
    if (closures.length > 0) this.history = begun<Drawing>({ measures: [], closures, active: 0 });
  }

  change(how: (now: Drawing) => Partial<Drawing>): void {
    this.history = did(this.history, { ...this.now, ...how(this.now) });
    this.ask();
  }
  undo = (): void => this.#step(undone(this.history));
  redo = (): void => this.#step(redone(this.history));
  /** Nothing closed; this can be undone too. */
  reset = (): void => {
    this.corners = [];
    if (this.now.measures.length + this.now.closures.length > 0) this.change(() => ({ measures: [], closures: [], active: 0 }));
  };
  #step(to: History<Drawing>): void {
    if (to === this.history) return;
    this.history = to;
    this.ask();
  }

  choose(measure: string): void {
    this.change((now) => ({ measures: now.measures.includes(measure) ? now.measures.filter((one) => one !== measure) : [...now.measures, measure] }));
  }
  add(): void {
    this.change((now) => ({ closures: [...now.closures, wholeClosure()], active: now.closures.length }));
  }
  remove(at: number): void {
    this.change((now) => ({ closures: now.closures.filter((_, other) => other !== at), active: Math.max(0, Math.min(now.active, now.closures.length - 2)) }));
  }
  /** Changes one closure; without any there is one. */
  closure(at: number, how: (one: WholeClosure) => Partial<WholeClosure>): void {
    this.change((now) => {
      const closures = now.closures.length > 0 ? now.closures : [wholeClosure()];
      return { closures: closures.map((one, other) => (other === at ? { ...one, ...how(one) } : one)) };
    });
  }
  #active(how: (one: WholeClosure) => Partial<WholeClosure>): void {
    this.closure(Math.min(this.now.active, Math.max(0, this.now.closures.length - 1)), how);
  }

  /** Closes a street by its name, or opens it again. Says which. */
  street(name: string): 'closed' | 'opened' {
    const at = this.now.closures.findIndex((one) => one.streets.includes(name));
    if (at >= 0) this.closure(at, (one) => ({ streets: one.streets.filter((other) => other !== name) }));
    else this.#active((one) => ({ streets: [...one.streets, name] }));
    return at >= 0 ? 'opened' : 'closed';
  }

  /** Closes the piece of street nearest to a point, or opens it again. Says what it did with which; nothing when no street is near. */
  point(pieces: readonly Piece[], point: Position): { did: 'closed' | 'opened'; piece: Piece } | null {
    const modes = this.now.closures[this.now.active]?.modes ?? ['car'];
    const near = nearest(pieces, point, modes);
    if (!near || near.metres > REACH_M_MAX) return null;
    return this.piece(pieces, near.piece, near.at);
  }
  piece(pieces: readonly Piece[], piece: Piece, point: Position = middleOf(piece)): { did: 'closed' | 'opened'; piece: Piece } {
    const of = (one: WholeClosure, at: number[]) => nearest(pieces, at as Position, one.modes)?.piece.edge === piece.edge;
    const inside = this.now.closures.findIndex((one) => one.at.some((at) => of(one, at)));
    if (inside >= 0) this.closure(inside, (one) => ({ at: one.at.filter((at) => !of(one, at)) }));
    else this.#active((one) => ({ at: [...one.at, kept(point)] }));
    return { did: inside >= 0 ? 'opened' : 'closed', piece };
  }

  /** A corner of an outline, and the outline when it is whole. */
  corner(point: Position): void {
    this.corners = [...this.corners, kept(point)];
  }
  outline(): boolean {
    const corners = this.corners;
    if (corners.length < 3) return false;
    this.corners = [];
    this.within(corners.map((one) => [...one]));
    return true;
  }
  within(outline: number[][]): void {
    this.#active((one) => ({ within: [...one.within, outline] }));
  }

  /** Asks what it does, once in a frame. Of several answers only the last counts. */
  ask = (): void => {
    this.fresh = false;
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => void this.#askNow());
  };
  async #askNow(): Promise<void> {
    const asked = ++this.#asked;
    const [chosen, shut] = [this.now.measures, this.shut];
    if (chosen.length + shut.length === 0) {
      [this.effect, this.problem, this.took, this.fresh] = [null, null, null, true];
      return;
    }
    const began = performance.now();
    try {
      const effect = await measures.route([...chosen], shut);
      if (asked !== this.#asked) return;
      [this.effect, this.problem] = [effect, null];
    } catch (error) {
      if (asked !== this.#asked) return;
      this.problem = error;
    }
    [this.took, this.fresh] = [performance.now() - began, this.problem === null];
  }
  /** No answer counts any more. */
  stop = (): void => {
    this.#asked++;
    cancelAnimationFrame(this.#frame);
  };
}
