// What stands on the map at a moment of the past: kept up to date by what enters and leaves, counted in cells of a grid
// so that a crowd costs the map no more than a few. Pure. Not here: the search for what enters and leaves (spans.ts).
import type { Cluster, Severity, Span } from '../api/types';
import { SEVERITIES } from '../api/types';
import type { Diff, Spans } from './spans';

/** More than this many standing at once are drawn as counts per cell. */
export const SINGLE_MAX = 400;
/** Cells of the grid along each side of the area. */
const CELLS = 24;

export type Bounds = [west: number, south: number, east: number, north: number];

interface Cell {
  count: number;
  longitude: number;
  latitude: number;
  /** How many of each severity, worst first. */
  severities: number[];
}

/** Which spans a picture is narrowed to. */
export type Fits = (span: Span) => boolean;

export class Scene {
  /** Numbers of the spans that stand at the moment and fit. */
  readonly standing = new Set<number>();
  moment = -Infinity;
  readonly #cells = new Map<number, Cell>();
  readonly #fits: Uint8Array;

  constructor(
    readonly spans: Spans,
    readonly bounds: Bounds,
    fits: Fits = () => true,
  ) {
    this.#fits = Uint8Array.from(spans.spans, (span) => (fits(span) ? 1 : 0));
  }

  /** Moves to another moment. */
  move(moment: number): Diff {
    const diff = this.spans.between(this.moment, moment);
    this.moment = moment;
    for (const index of diff.leave) this.#put(index, -1);
    for (const index of diff.enter) this.#put(index, 1);
    return diff;
  }

  /** The newest that stand and fit. */
  newest(max: number): Span[] {
    const found: Span[] = [];
    // Whole sets of a narrow picture may be old: ask for more until there are enough.
    for (let asked = max; found.length < max; asked *= 4) {
      const indices = this.spans.newest(this.moment, asked);
      found.length = 0;
      for (const index of indices) {
        const span = this.spans.spans[index];
        if (span && this.#fits[index] && found.length < max) found.push(span);
      }
      if (indices.length < asked) break;
    }
    return found;
  }

  /** Single spans with a place while they are few; what must not be lost in a crowd always. */
  singles(): Span[] {
    const many = this.standing.size > SINGLE_MAX;
    const found: Span[] = [];
    for (const index of this.standing) {
      const span = this.spans.spans[index];
      if (span?.place?.longitude !== undefined && (!many || span.kind === 'alert')) found.push(span);
      if (found.length >= SINGLE_MAX) break;
    }
    return found;
  }

  /** Counts per cell; empty while everything is drawn singly. */
  crowds(): Cluster[] {
    if (this.standing.size <= SINGLE_MAX) return [];
    return [...this.#cells.values()].map(({ count, longitude, latitude, severities }) => ({
      longitude: longitude / count,
      latitude: latitude / count,
      count,
      severity: SEVERITIES[severities.findIndex((number) => number > 0)] ?? 'unknown',
    }));
  }

  #put(index: number, by: 1 | -1): void {
    const span = this.spans.spans[index];
    if (!span || !this.#fits[index]) return;
    if (by > 0) this.standing.add(index);
    else this.standing.delete(index);
    const { longitude, latitude } = span.place ?? {};
    if (longitude === undefined || latitude === undefined) return;
    const key = this.#cellOf(longitude, latitude);
    const cell = this.#cells.get(key) ?? { count: 0, longitude: 0, latitude: 0, severities: SEVERITIES.map(() => 0) };
    cell.count += by;
    cell.longitude += by * longitude;
    cell.latitude += by * latitude;
    const rank = SEVERITIES.indexOf(span.severity as Severity);
    cell.severities[rank] = (cell.severities[rank] ?? 0) + by;
    if (cell.count > 0) this.#cells.set(key, cell);
    else this.#cells.delete(key);
  }

  #cellOf(longitude: number, latitude: number): number {
    const [west, south, east, north] = this.bounds;
    const column = Math.floor(((longitude - west) / (east - west || 1)) * CELLS);
    const row = Math.floor(((latitude - south) / (north - south || 1)) * CELLS);
    return row * 100_003 + column;
  }
}
