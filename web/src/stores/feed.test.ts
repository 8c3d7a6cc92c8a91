// A list that is read while things happen loses nothing, brings nothing back, and doubles nothing.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Filters, ItemSummary } from '../api/types';

const asked = vi.hoisted(() => ({ items: (_: Filters, __?: string | null): Promise<unknown> => Promise.resolve() }));
vi.mock('../api/client', async (original) => ({
  ...(await original<object>()),
  api: { items: (filters: Filters, cursor?: string | null) => asked.items(filters, cursor) },
}));
const { feed } = await import('./feed.svelte');

const TIME = '2026-11-24T12:00:00Z';
const item = (id: string, more: Partial<ItemSummary> = {}): ItemSummary =>
  ({
    id, version: 1, kind: 'report', thread: id, originator: 'opcw', title: id, reported: TIME, changed: TIME, valid_from: TIME,
    valid_until: '2099-01-01T00:00:00Z', urgency: 'unknown', state: 'current', acknowledged: [], awaiting: [], tags: [], replies: 0, same_source: 0, ...more,
  }) as unknown as ItemSummary;
const listed = () => [...feed.items.keys()].sort();

/** A list the node has read but that is still on its way. */
function onItsWay() {
  let arrive: (answer: unknown) => void = () => undefined;
  asked.items = () => new Promise((resolve) => (arrive = resolve));
  return (...items: ItemSummary[]) => arrive({ items, next: null });
}

beforeEach(() => feed.clear());

describe('while the list is on its way', () => {
  it('what arrives stays, once', async () => {
    const answer = onItsWay();
    const read = feed.load();
    feed.arrive(item('new'));
    feed.arrive(item('new'));
    answer(item('old'));
    await read;
    feed.flush();
    expect(listed()).toEqual(['new', 'old']);
  });

  it('what goes does not come back', async () => {
    const answer = onItsWay();
    const read = feed.load();
    feed.leave('gone');
    answer(item('old'), item('gone'));
    await read;
    expect(listed()).toEqual(['old']);
  });

  it('a later version is not overwritten by the older one of the list', async () => {
    const answer = onItsWay();
    const read = feed.load();
    feed.arrive(item('a', { version: 2, title: 'later', changed: '2026-11-24T12:05:00Z' }));
    answer(item('a'));
    await read;
    expect(feed.items.get('a')?.title).toBe('later');
  });
});

it('what was erased while nobody listened is gone after reading again', async () => {
  asked.items = () => Promise.resolve({ items: [item('a'), item('b')], next: null });
  await feed.load();
  asked.items = () => Promise.resolve({ items: [item('b')], next: null });
  await feed.load();
  expect(listed()).toEqual(['b']);
});

it('filters never hide an open alert from the line at the top', async () => {
  const alert = item('alert', { kind: 'alert', awaiting: [] });
  asked.items = (filters) => Promise.resolve({ items: filters.kind === 'notice' ? [item('n', { kind: 'notice' })] : [alert, item('a')], next: null });
  await feed.load();
  feed.narrow.kind = 'notice';
  await feed.narrowDown();
  expect(feed.byTab.all.map(({ id }) => id)).toEqual(['n']);
  expect(feed.alerts.map(({ id }) => id)).toEqual(['alert']);
});

it('filters that are chosen before the first list is there do not lose it', async () => {
  const answers: ((answer: unknown) => void)[] = [];
  asked.items = () => new Promise((resolve) => answers.push(resolve));
  const whole = feed.load();
  feed.narrow.kind = 'notice';
  const narrow = feed.narrowDown();
  answers[1]?.({ items: [item('n', { kind: 'notice' })], next: null });
  await narrow;
  asked.items = () => Promise.resolve({ items: [item('n', { kind: 'notice' })], next: null });
  answers[0]?.({ items: [item('alert', { kind: 'alert' }), item('n', { kind: 'notice' })], next: null });
  await whole;
  expect(feed.alerts.map(({ id }) => id)).toEqual(['alert']);
  expect(feed.state).toBe('ready');
});

it('an alert older than what is listed is still counted', async () => {
  const old = item('old', { kind: 'alert', reported: '2026-11-20T12:00:00Z' });
  asked.items = (filters, cursor) =>
    Promise.resolve(filters.kind === 'alert' ? { items: [old], next: null } : { items: filters.asked || filters.planned ? [] : [item(`page ${cursor}`)], next: filters.asked || filters.planned ? null : `${cursor}+` });
  await feed.load();
  expect(feed.alerts.map(({ id }) => id)).toEqual(['old']);
  expect(feed.byTab.all.some(({ id }) => id === 'old')).toBe(false);
});
