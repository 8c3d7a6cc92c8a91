// The screens of web monitoring, by name, as screens.ts has the others; and what fills them.
import { expect, type Page } from '@playwright/test';
import type { Screen } from './screens';

export const ANALYST = 'Web analyst Police';

/** Calls the API as whoever is signed in on the page. */
export async function call<T>(page: Page, method: string, path: string, body?: unknown): Promise<T> {
  return page.evaluate(async ([method, path, body]) => {
    const response = await fetch(`/api/v1${path as string}`, {
      method: method as string, headers: { 'Content-Type': 'application/json' }, ...(body !== null && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method as string} ${path as string}: ${response.status} ${text}`);
    return (text ? JSON.parse(text) : null) as never;
  }, [method, path, body ?? null] as const) as Promise<T>;
}

/** Mild posts as members might forward them: a blocked entrance told twice, a demonstration, a rumour, a concert. */
export const POSTS = [
  { source: 'walk-tips', title: 'Ingang', text: 'Morgen om 8 uur gaan we de ingang van het World Forum blokkeren. Kom allemaal naar het Churchillplein!' },
  { source: 'walk-street', title: '', text: 'Morgen om 8 uur gaan we de ingang van het World Forum blokkeren. Kom allemaal naar het Churchillplein!!' },
  { source: 'walk-tips', title: 'Demonstratie aangekondigd', text: 'Zaterdag is er een vreedzame demonstratie voor het klimaat op het Churchillplein bij het World Forum. De demonstratie is aangemeld bij de gemeente.' },
  { source: 'walk-street', title: 'Straat dicht?', text: 'Iemand zegt dat de Johan de Wittlaan bij het World Forum morgen is afgesloten. Niet bevestigd, het is maar een gerucht.' },
  { source: 'walk-street', title: 'Concert', text: 'Vanavond een mooi concert in het World Forum. De tram rijdt gewoon.' },
] as const;

/** Two inboxes, a profile, an event, and the posts; the same when done again. */
export async function fill(page: Page): Promise<void> {
  const { member } = await call<{ member: { purposes: string[] } }>(page, 'GET', '/session');
  const [purpose] = member.purposes;
  await call(page, 'PUT', '/watch/sources/walk-tips', { name: 'Tips of colleagues', kind: 'inbox', purpose, trust: 'B' });
  await call(page, 'PUT', '/watch/sources/walk-street', { name: 'Street talk', kind: 'inbox', purpose, trust: 'D' });
  await call(page, 'PUT', '/watch/sources/walk-feed', { name: 'News of the city', kind: 'feed', url: 'https://news.example.org/rss', purpose, trust: 'A', paused: true });
  await call(page, 'PUT', '/watch/profiles/walk-forum', { name: 'World Forum', purpose, phrases: ['World Forum', 'blokk*'], places: ['world-forum'], weight: 1.5 });
  const now = Date.now();
  await call(page, 'PUT', '/watch/events/walk-conference', {
    id: 'walk-conference', name: 'Conference', starts: new Date(now + 3_600_000).toISOString(), ends: new Date(now + 8 * 3_600_000).toISOString(), places: ['world-forum'], weight: 1,
  });
  for (const { source, ...post } of POSTS) await call(page, 'POST', `/watch/sources/${source}/documents`, post);
}

/** The nodes that are filled: filling again changes nothing, and takes its time. */
const filled = new Set<string>();

const at = (path: string) => async (page: Page) => {
  const node = new URL(page.url()).origin;
  if (!filled.has(node)) await fill(page);
  filled.add(node);
  await page.goto(path);
  await expect(page.locator('h1').first()).toBeAttached();
  await expect(page.locator('.loading')).toHaveCount(0);
};
const dialog = async (page: Page) => {
  await expect(page.getByRole('dialog')).toBeVisible();
};

async function purposeOf(page: Page): Promise<string> {
  const { member } = await call<{ member: { purposes: string[] } }>(page, 'GET', '/session');
  return member.purposes[0] ?? '';
}
/** A case with the first signal in it. */
async function openCase(page: Page): Promise<string> {
  const { items } = await call<{ items: { signal: { id: string } }[] }>(page, 'GET', '/watch/signals');
  const until = new Date(Date.now() + 90 * 86_400_000).toISOString();
  const { id } = await call<{ id: string }>(page, 'POST', '/watch/cases', {
    name: 'Blocked entrance', purpose: await purposeOf(page), reason: 'Evidence for the report', until, story: items[0]?.signal.id,
  });
  return id;
}

export const WATCH_SCREENS: Screen[] = [
  { name: 'no signals', member: 'Analyst Europol', open: async (page) => {
    await page.goto('/watch');
    await expect(page.locator('[data-first-steps]')).toBeVisible();
  } },
  { name: 'signals', member: ANALYST, open: at('/watch') },
  { name: 'signal', member: ANALYST, open: async (page) => {
    await at('/watch')(page);
    await page.locator('[data-signal]').first().click();
    await expect(page.locator('[data-documents] article').first()).toBeVisible();
    for (const summary of await page.locator('[data-signal-detail] summary').all()) await summary.click();
  } },
  { name: 'mute', member: ANALYST, open: async (page) => {
    await at('/watch')(page);
    await page.locator('[data-signal]').first().click();
    await page.getByRole('button', { name: /^(Mute|Stil zetten)( M)?$/ }).click();
    await dialog(page);
  } },
  { name: 'place', member: ANALYST, open: async (page) => {
    await at('/watch')(page);
    await page.locator('[data-signal]').first().click();
    await page.getByRole('button', { name: /^(Place|Plaats)/ }).click();
    await dialog(page);
  } },
  { name: 'share a signal', member: ANALYST, open: async (page) => {
    await at('/watch')(page);
    await page.locator('[data-signal]').first().click();
    await page.locator('[data-share]').click();
    await expect(page.locator('[data-people]')).toHaveAttribute('aria-busy', 'false');
  } },
  { name: 'stories', member: ANALYST, open: async (page) => {
    await at('/watch/stories')(page);
    await page.locator('[data-story]').first().click();
    await page.locator('[data-why] summary').first().click();
    await expect(page.locator('[data-why] [data-score]').first()).toBeVisible();
  } },
  { name: 'sources', member: ANALYST, open: async (page) => {
    await at('/watch/sources')(page);
    await expect(page.locator('[data-source]').first()).toBeVisible();
  } },
  { name: 'source', member: ANALYST, open: async (page) => {
    await at('/watch/sources/walk-tips')(page);
    await page.locator('main details summary').first().click();
  } },
  { name: 'new source', member: ANALYST, open: async (page) => {
    await at('/watch/sources?new')(page);
    await dialog(page);
    await page.locator('[data-field="kind"]').selectOption('json');
    await page.locator('dialog details summary').click();
  } },
  { name: 'forward', member: ANALYST, open: async (page) => {
    await at('/watch/sources/walk-tips')(page);
    await page.getByRole('button', { name: /^(Forward|Bericht doorsturen)/ }).click();
    await dialog(page);
  } },
  { name: 'list of feeds', member: ANALYST, open: async (page) => {
    await at('/watch/sources')(page);
    await page.getByRole('button', { name: /(Read in a list|Lijst inlezen)/ }).click();
    await dialog(page);
  } },
  { name: 'profiles', member: ANALYST, open: at('/watch/profiles') },
  { name: 'profile with a fault', member: ANALYST, open: async (page) => {
    await at('/watch/profiles?new')(page);
    await page.locator('[data-field="name"]').fill('Somebody');
    await page.locator('[data-field="phrases"]').fill('Jan de Vries');
    await page.locator('dialog button[type="submit"]').click();
    await expect(page.getByRole('alert').filter({ hasText: 'Jan de Vries' })).toBeVisible();
  } },
  { name: 'calendar', member: ANALYST, open: at('/watch/calendar') },
  { name: 'new event', member: ANALYST, open: async (page) => {
    await at('/watch/calendar')(page);
    await page.locator('.watch-head button').click();
    await dialog(page);
  } },
  { name: 'learning', member: ANALYST, open: async (page) => {
    await at('/watch/learning')(page);
    const { items } = await call<{ items: { signal: { id: string } }[] }>(page, 'GET', '/watch/signals');
    // Judged, seen, and taken back: the other looks need them open.
    for (const [index, one] of items.entries()) {
      await call(page, 'PUT', `/watch/signals/${one.signal.id}/judgement`, { verdict: index % 2 ? 'not_relevant' : 'relevant' });
    }
    await page.goto('/watch/learning');
    await expect(page.locator('polyline')).toBeVisible();
    for (const one of items) await call(page, 'DELETE', `/watch/signals/${one.signal.id}/judgement`);
  } },
  { name: 'hold', member: ANALYST, open: async (page) => {
    await at('/watch')(page);
    await page.locator('[data-signal]').first().click();
    await page.locator('[data-signal-detail]').getByRole('button', { name: /^(Hold|Vasthouden)/ }).click();
    await dialog(page);
    await expect(page.locator('dialog [data-field="reason"]')).toBeVisible();
  } },
  { name: 'case', member: ANALYST, open: async (page) => {
    await at('/watch')(page);
    const opened = await openCase(page);
    await page.goto(`/watch/cases/${opened}`);
    await expect(page.locator('[data-held] article').first()).toBeVisible();
  } },
  { name: 'cases', member: ANALYST, open: async (page) => {
    await at('/watch/cases')(page);
    await expect(page.locator('[data-case]').first()).toBeVisible();
    // Closed again: other walks begin with none.
    const { items } = await call<{ items: { id: string }[] }>(page, 'GET', '/watch/cases');
    for (const { id } of items) await call(page, 'DELETE', `/watch/cases/${id}`);
  } },
  { name: 'replay', member: ANALYST, open: async (page) => {
    await at('/watch/replay')(page);
    await expect(page.locator('[data-replay-form]')).toBeVisible();
  } },
  { name: 'replayed', member: ANALYST, open: async (page) => {
    await at('/watch/replay')(page);
    const now = Date.now();
    const { id } = await call<{ id: string }>(page, 'POST', '/watch/replays', {
      from: new Date(now - 86_400_000).toISOString(), until: new Date(now + 60_000).toISOString(), signals_per_shift: 1,
      profile: { id: 'walk-forum', profile: { name: 'World Forum', purpose: await purposeOf(page), phrases: ['klimaat'], weight: 1.5 } },
    });
    await page.goto(`/watch/replay/${id}`);
    await expect(page.locator('[data-replay-page="done"]')).toBeVisible();
  } },
];
