// The main screens, by name: for the accessibility walk and for the pictures.
import { expect, type Page } from '@playwright/test';

export interface Screen {
  name: string;
  member: string | null;
  open: (page: Page) => Promise<void>;
  /** Rules of axe that the screen cannot keep by its nature. */
  apart?: string[];
}

const settled = async (page: Page) => {
  await expect(page.locator('[data-ready="true"]').first()).toBeAttached({ timeout: 20_000 });
};
const picture = async (page: Page) => {
  await page.goto('/');
  await expect(page.locator('[data-state="ready"]')).toBeAttached();
  await settled(page);
};

export const SCREENS: Screen[] = [
  { name: 'sign-in', member: null, open: async (page) => {
    await page.goto('/');
    await expect(page.locator('[data-member]').first()).toBeVisible();
  } },
  { name: 'picture', member: 'Duty officer Europol', open: picture },
  { name: 'item', member: 'Duty officer Europol', open: async (page) => {
    await picture(page);
    await page.locator('[data-item]').first().click();
    await expect(page.locator('[data-item-detail] h1')).toBeVisible();
  } },
  { name: 'filters', member: 'Duty officer Europol', open: async (page) => {
    await picture(page);
    await page.locator('[aria-controls="feed-filters"]').click();
    await page.locator('details.list summary').click();
  } },
  { name: 'compose', member: 'Duty officer OPCW', open: async (page) => {
    await page.goto('/compose');
    await page.locator('#compose-title').fill('Same grey van, second time this week');
    await page.locator('#compose-text').fill('Parked 20 minutes opposite the staff entrance, driver photographing the gate.');
    await page.locator('[data-field="site"]').selectOption('site/opcw');
    await expect(page.locator('[data-people]')).toHaveAttribute('aria-busy', 'false');
    await expect(page.locator('[data-people]')).toHaveAttribute('data-people', /\d/);
  } },
  { name: 'search', member: 'Duty officer Europol', open: async (page) => {
    await page.goto('/search?q=van');
    await expect(page.locator('[data-results]')).toBeVisible();
  } },
  { name: 'search by time', member: 'Duty officer Europol', open: async (page) => {
    await page.goto('/search?q=today');
    await expect(page.locator('[data-meant="time"]')).toBeVisible();
    await expect(page.locator('[data-results]')).toBeVisible();
  } },
  { name: 'palette', member: 'Duty officer Europol', open: async (page) => {
    await picture(page);
    await page.keyboard.press('Control+k');
    await expect(page.locator('[data-palette]')).toBeVisible();
  } },
  { name: 'past', member: 'Duty officer Europol', open: async (page) => {
    await page.goto(`/?at=${new Date(Date.now() - 2 * 3_600_000).toISOString()}`);
    await settled(page);
    await expect(page.locator('[data-replay="ready"]')).toBeAttached();
  } },
  { name: 'wall', member: 'Duty officer Police', open: async (page) => {
    await page.goto('/wall');
    await settled(page);
    await expect(page.locator('[data-state="ready"]')).toBeAttached();
  } },
  { name: 'absent', member: 'Duty officer Europol', open: async (page) => {
    await page.goto('/item/nothing');
    await expect(page.locator('[data-item-detail] .title')).toBeVisible();
  } },
  { name: 'access', member: 'Auditor OPCW', open: async (page) => {
    await page.goto('/access');
    await expect(page.locator('h1')).toBeVisible();
    await expect(page.locator('.loading')).toHaveCount(0);
  } },
  { name: 'members', member: 'Administrator OPCW', open: async (page) => {
    await page.goto('/members');
    await expect(page.getByText('Duty officer OPCW')).toBeVisible();
  } },
  { name: 'help', member: 'Duty officer Europol', open: async (page) => {
    await picture(page);
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog')).toBeVisible();
  } },
  // The same landmark in each of its states, side by side.
  { name: 'gallery', member: null, apart: ['landmark-unique'], open: async (page) => {
    await page.goto('/gallery');
    await expect(page.locator('h1').first()).toBeVisible();
  } },
];
