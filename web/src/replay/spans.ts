// The spans of a period, and which of them hold a moment: two binary searches and a diff of what enters and leaves,
// never a scan. Pure. Not here: where spans come from (replay.svelte.ts), how they are drawn (scene.ts).
import type { Span } from '../api/types';

/** What changes when the hand moves: numbers of spans in `spans`. */
export interface Diff {
  enter: number[];
  leave: number[];
}

export class Spans {
  /** Oldest first. */
  readonly spans: readonly Span[];
  readonly from: Float64Array;
  readonly until: Float64Array;
  /** Numbers of spans by their end. */
  readonly #byEnd: Int32Array;
  readonly #ends: Float64Array;

  constructor(all: readonly Span[]) {
    // Pages meet at their edges: what comes twice is kept once.
    const once = new Map(all.map((span) => [`${span.item} ${span.version}`, span]));
    const dated = [...once.values()].map((span) => ({ span, from: Date.parse(span.from) }));
    dated.sort((one, two) => one.from - two.from || (one.span.item < two.span.item ? -1 : 1));
    const count = dated.length;
    this.spans = dated.map(({ span }) => span);
    this.from = Float64Array.from(dated, ({ from }) => from);
    this.until = Float64Array.from(this.spans, (span) => (span.until ? Date.parse(span.until) : Infinity));
    this.#byEnd = Int32Array.from({ length: count }, (_, index) => index);
    this.#byEnd.sort((one, two) => {
      const [first = 0, second = 0] = [this.until[one], this.until[two]];
      return first === second ? one - two : first - second;
    });
    this.#ends = Float64Array.from(this.#byEnd, (index) => this.until[index] ?? Infinity);
  }

  get length(): number {
    return this.spans.length;
  }

  /** Whether a span holds a moment: it has begun and not yet ended. */
  holds(index: number, moment: number): boolean {
    return (this.from[index] ?? Infinity) <= moment && (this.until[index] ?? -Infinity) > moment;
  }

  /** What enters and leaves between two moments, in either direction. */
  between(before: number, after: number): Diff {
    const diff: Diff = { enter: [], leave: [] };
    const [low, high] = before < after ? [before, after] : [after, before];
    const forward = before < after;
    // What begins in (low, high] holds at most the later moment; what ends there held at most the earlier one.
    for (let at = upper(this.from, low), end = upper(this.from, high); at < end; at += 1) {
      if (this.holds(at, high)) (forward ? diff.enter : diff.leave).push(at);
    }
    for (let at = upper(this.#ends, low), end = upper(this.#ends, high); at < end; at += 1) {
      const index = this.#byEnd[at] ?? 0;
      if (this.holds(index, low)) (forward ? diff.leave : diff.enter).push(index);
    }
    return diff;
  }

  /** The spans that hold a moment, newest first, at most so many. */
  newest(moment: number, max: number): number[] {
    const found: number[] = [];
    for (let at = upper(this.from, moment) - 1; at >= 0 && found.length < max; at -= 1) {
      if (this.holds(at, moment)) found.push(at);
    }
    return found;
  }
}

/** How many of an ascending list are at most a value. */
export function upper(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Infinity) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
