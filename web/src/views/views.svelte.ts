// Saved views: a name for a tab, filters and a window of the map. Kept on this device at once, and with the member's own
// preferences on the node when it can be reached, so that they are there on the next device too.
import { feed, TABS, type Tab } from '../stores/feed.svelte';
import { NARROW_NONE, type Narrow } from '../stores/narrow';
import { preferences } from '../stores/preferences.svelte';
import { replay } from '../replay/replay.svelte';

export type Box = [west: number, south: number, east: number, north: number];

export interface View {
  name: string;
  tab: Tab;
  narrow: Narrow;
  box: Box | null;
}

export const VIEWS_MAX = 20;
export const NAME_MAX = 40;

class Views {
  /** The window of the map now, so that a view can keep it; not drawn. */
  box: Box | null = null;
  /** A window the map is asked to show. */
  wanted = $state.raw<Box | null>(null);

  get all(): View[] {
    return read(preferences.now['views']);
  }

  get chosen(): string | null {
    return this.all.find((one) => same(one, feed.tab, feed.narrow))?.name ?? null;
  }

  /** Keeps what is on the screen under a name; the same name is replaced. */
  save(name: string, withMap: boolean): void {
    const view: View = { name: name.trim().slice(0, NAME_MAX), tab: feed.tab, narrow: { ...feed.narrow }, box: withMap ? this.box : null };
    if (!view.name) return;
    const others = this.all.filter((one) => one.name !== view.name);
    preferences.set('views', [...others, view].slice(-VIEWS_MAX));
  }

  drop(name: string): void {
    preferences.set('views', this.all.filter((one) => one.name !== name));
  }

  show(view: View): void {
    feed.tab = view.tab;
    feed.narrow = { ...view.narrow };
    if (view.box) this.wanted = [...view.box];
    void feed.narrowDown();
    replay.narrow();
  }
}

/** What was kept, as far as it makes sense: it may come from an older or newer version of the screens. */
export function read(kept: unknown): View[] {
  if (!Array.isArray(kept)) return [];
  return kept.flatMap((one: unknown) => {
    const { name, tab, narrow, box } = (one ?? {}) as Partial<Record<keyof View, unknown>>;
    if (typeof name !== 'string' || !name) return [];
    const known = Object.fromEntries(
      Object.entries(NARROW_NONE).map(([field, none]) => {
        const value = (narrow as Record<string, unknown> | undefined)?.[field];
        return [field, typeof value === typeof none ? value : none];
      }),
    ) as unknown as Narrow;
    const window = Array.isArray(box) && box.length === 4 && box.every(Number.isFinite) ? (box as Box) : null;
    return [{ name: name.slice(0, NAME_MAX), tab: TABS.includes(tab as Tab) ? (tab as Tab) : 'now', narrow: known, box: window }];
  }).slice(0, VIEWS_MAX);
}

const same = (view: View, tab: Tab, narrow: Narrow) =>
  view.tab === tab && (Object.keys(narrow) as (keyof Narrow)[]).every((field) => view.narrow[field] === narrow[field]);

export const views = new Views();
