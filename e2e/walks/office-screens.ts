// The screens of composing, threads, administration and accountability, by name, as screens.ts has the others.
import { expect, type Page } from '@playwright/test';
import { unique } from '../report';
import type { Screen } from './screens';

const ready = (page: Page) => expect(page.locator('.loading')).toHaveCount(0);
const at = (path: string) => async (page: Page) => {
  await page.goto(path);
  await expect(page.locator('h1').first()).toBeVisible();
  await ready(page);
};

export const OFFICE_SCREENS: Screen[] = [
  { name: 'request', member: 'Duty officer OPCW', open: async (page) => {
    await at('/compose?kind=request')(page);
    await page.locator('#compose-title').fill('Who has images of the tram stop?');
    for (const id of ['europol', 'icj']) {
      await page.locator('#compose-asked + .chooser input').fill(id);
      await page.locator(`[data-choice="${id}"]:visible`).click();
    }
    await page.keyboard.press('Escape');
    await page.locator('details summary', { hasText: /^(More|Meer)/ }).click();
    await expect(page.locator('[data-people]')).toHaveAttribute('aria-busy', 'false');
  } },
  { name: 'gather', member: 'Duty officer OPCW', open: async (page) => {
    await at('/gather')(page);
    for (const index of [0, 1]) await page.locator('[data-gather]').nth(index).click();
  } },
  { name: 'release', member: 'Duty officer OPCW', open: async (page) => {
    await page.goto('/compose');
    await page.locator('#compose-title').fill(unique('To be released'));
    await page.locator('[data-option="GREEN"]').click();
    await expect(page.locator('[data-people]')).toHaveAttribute('aria-busy', 'false');
    await page.locator('.send button[type="submit"]').click();
    await expect(page.locator('[data-item-detail] h1')).toBeVisible();
    await page.locator('[data-item-detail] .proof summary').click();
    await expect(page.locator('[data-included="true"]')).toBeVisible();
    await page.locator('.more summary').click();
    await page.locator('.more button').first().click();
    await page.locator('input[value="CLEAR"]').check();
    await expect(page.locator('.effect b')).toHaveCount(2);
  } },
  { name: 'seen', member: 'Auditor OPCW', open: async (page) => {
    await at('/access')(page);
    await page.locator('td a').first().click();
    await ready(page);
  } },
  { name: 'ledger', member: 'Duty officer OPCW', open: at('/account/ledger') },
  { name: 'rules', member: 'Duty officer OPCW', open: at('/account/rules') },
  { name: 'member', member: 'Administrator OPCW', open: async (page) => {
    await at('/members')(page);
    await page.locator('[data-row] button').first().click();
    await expect(page.getByRole('dialog')).toBeVisible();
  } },
  { name: 'tokens', member: 'Administrator OPCW', open: async (page) => {
    await at('/members')(page);
    await page.locator('[data-row]').first().getByRole('button', { name: 'Tokens' }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
  } },
  { name: 'communities', member: 'Area coordinator', open: async (page) => {
    await at('/admin/communities')(page);
    await page.locator('[data-row] button').first().click();
    await expect(page.getByRole('dialog')).toBeVisible();
  } },
  { name: 'organisations', member: 'Area coordinator', open: at('/admin/organisations') },
  { name: 'places', member: 'Area coordinator', open: async (page) => {
    await at('/admin/places')(page);
    await expect(page.locator('[data-ready="true"]')).toBeVisible();
  } },
  { name: 'outline', member: 'Area coordinator', open: async (page) => {
    await at('/admin/places')(page);
    await page.locator('[data-row="site/opcw"] button').first().click();
    await expect(page.locator('[data-handle="corner"]').first()).toBeVisible();
    await page.locator('[data-handle="corner"]').first().focus();
    await page.locator('main details summary').click();
  } },
  { name: 'purposes', member: 'Area coordinator', open: async (page) => {
    await at('/admin/purposes')(page);
    await page.locator('[data-row] button').first().click();
    await expect(page.getByRole('dialog')).toBeVisible();
  } },
  { name: 'four eyes', member: 'Area coordinator', open: async (page) => {
    await at('/admin/four-eyes')(page);
    await page.locator('.head button').click();
    await expect(page.getByRole('dialog')).toBeVisible();
  } },
  { name: 'retention', member: 'Data protection officer', open: at('/account/retention') },
  { name: 'erasure', member: 'Administrator OPCW', open: at('/account/erasure') },
  { name: 'ask erasure', member: 'Duty officer Europol', open: async (page) => {
    await page.goto('/');
    await page.locator('[data-item]').first().click();
    await expect(page.locator('[data-item-detail] h1')).toBeVisible();
    await page.locator('.more summary').click();
    await page.locator('.more button').last().click();
    await expect(page.getByRole('dialog')).toBeVisible();
  } },
  { name: 'verification', member: 'Auditor OPCW', open: async (page) => {
    await at('/account/ledger')(page);
    await page.locator('[data-verification] button').click();
    await expect(page.locator('[data-verification="done"]')).toBeVisible();
  } },
  { name: 'keys', member: 'Administrator OPCW', open: at('/admin/keys') },
  { name: 'passkeys', member: 'Duty officer OPCW', open: at('/me') },
  { name: 'forbidden', member: 'Duty officer OPCW', open: at('/members') },
];
