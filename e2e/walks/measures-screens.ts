// The screens of measures, by name, and an option for them to show. The demonstration brings the plan itself.
import { expect, type Page } from '@playwright/test';
import type { Screen } from './screens';
import { call } from './watch-screens';

export const COORDINATOR = 'Area coordinator';
export const PLANNER = 'Events planner';
/** Until a search is done. */
const FOUND_MS = 120_000;

interface Search {
  id: string;
  state: string;
  option?: number;
  why?: string;
}

/** Searches, and gives the number of the option that it made. */
export async function option(page: Page, name: string, more: object = {}): Promise<number> {
  const now = Date.now();
  const request = {
    at: new Date(now).toISOString(), ends: new Date(now + 30 * 86_400_000).toISOString(), prices: false, ranges: false, caution_cost: false, zones: ['peace-palace'], levels: [1, 2, 3], ...more,
  };
  const begun = await call<Search>(page, 'POST', '/measures/searches', { name, request });
  let found: Search | undefined;
  await expect.poll(async () => {
    found = (await call<{ items: Search[] }>(page, 'GET', '/measures/searches')).items.find((one) => one.id === begun.id);
    return found?.state;
  }, { timeout: FOUND_MS }).toBe('done');
  return found?.option ?? 0;
}

const at = (path: string) => async (page: Page) => {
  await page.goto(path);
  await expect(page.locator('h1').first()).toBeAttached();
  await expect(page.locator('.loading')).toHaveCount(0);
};
const latest = async (page: Page) => (await call<{ items: { number: number }[] }>(page, 'GET', '/measures/options')).items.map((one) => one.number);

/** Needs two options before it. */
export const MEASURES_SCREENS: Screen[] = [
  { name: 'measures', member: COORDINATOR, open: async (page) => {
    await at('/measures')(page);
    for (const summary of await page.locator('main summary').all()) await summary.click();
  } },
  { name: 'a level', member: COORDINATOR, open: async (page) => {
    await at('/measures')(page);
    await page.locator('[data-act="level"]').click();
    await expect(page.getByRole('dialog')).toBeVisible();
  } },
  { name: 'options', member: COORDINATOR, open: async (page) => {
    await at('/measures/options')(page);
    await page.locator('[data-act="search"]').click();
    await page.locator('[data-form="search"] summary').click();
  } },
  { name: 'option', member: COORDINATOR, open: async (page) => {
    await at(`/measures/option/${(await latest(page)).at(-1)}`)(page);
    for (const summary of await page.locator('main summary').all()) await summary.click();
  } },
  { name: 'decide', member: COORDINATOR, open: async (page) => {
    await at(`/measures/option/${(await latest(page)).at(-1)}`)(page);
    await page.locator('[data-act="decide"]').click();
    await page.locator('[data-field="open"]').check();
  } },
  { name: 'page for the mayor', member: COORDINATOR, open: async (page) => {
    await at(`/measures/compare?options=${(await latest(page)).slice(0, 3).join(',')}`)(page);
    await expect(page.locator('[data-compare]')).toBeVisible();
  } },
  { name: 'streets', member: COORDINATOR, open: async (page) => {
    await page.goto('/measures/streets');
    await expect(page.locator('[data-ready="true"]').first()).toBeAttached();
    await page.locator('[data-street="Churchillplein"] button[aria-pressed]').click();
    await expect(page.locator('[data-effect]').first()).toBeVisible();
    await page.locator('[data-reach] summary').click();
    await expect(page.locator('[data-reach] [data-told]')).toContainText(/\d/);
  } },
  { name: 'rota', member: COORDINATOR, open: async (page) => {
    await at('/measures/rota')(page);
    await page.locator('[data-act="draw"]').click();
    await expect(page.locator('[data-rota]')).toBeVisible();
  } },
  { name: 'a shift of the rota', member: COORDINATOR, open: async (page) => {
    await at('/measures/rota')(page);
    await page.locator('[data-act="draw"]').click();
    await page.locator('[data-cell="2-0"]').click();
    await page.getByRole('dialog').getByRole('checkbox').first().check();
    await expect(page.locator('[data-cost="1"]')).toBeVisible();
  } },
  { name: 'threats and norms', member: COORDINATOR, open: at('/measures/plan') },
  { name: 'measures of the plan', member: COORDINATOR, open: async (page) => {
    await at('/measures/plan/measures')(page);
    await page.locator('main a[data-measure]').first().click();
    await expect(page.locator('[data-field="name"]')).toBeVisible();
  } },
  { name: 'zones and sites', member: COORDINATOR, open: async (page) => {
    await at('/measures/plan/area')(page);
    await page.locator('[data-record="zones/world-forum"] button').last().click();
    await expect(page.getByRole('dialog')).toBeVisible();
  } },
  { name: 'a destination', member: COORDINATOR, open: async (page) => {
    await at('/measures/plan/travel')(page);
    await page.locator('[data-act="destination"]').click();
    // Turned round: said to be away from every street.
    await page.locator('[data-field="latitude"]').fill('4.28');
    await page.locator('[data-field="longitude"]').fill('52.09');
  } },
  { name: 'trips', member: COORDINATOR, open: async (page) => {
    await at('/measures/plan/travel')(page);
    await page.locator('[data-act="travel"]').click();
    await page.locator('[data-field="share"]').first().fill('120');
  } },
  { name: 'contact', member: COORDINATOR, open: async (page) => {
    await at('/measures/plan/contact')(page);
    await page.locator('[data-field="contact-email"]').fill('desk');
  } },
  { name: 'elicitation', member: COORDINATOR, open: at('/measures/plan/elicitation') },
  { name: 'versions of the plan', member: COORDINATOR, open: at('/measures/plan/versions') },
  { name: 'residents, before publishing', member: COORDINATOR, open: async (page) => {
    await at('/measures/residents')(page);
    await expect(page.locator('[data-publication]')).toBeVisible();
  } },
];
