// The page for residents, by name: it is read without signing in. The demonstration publishes when it starts.
import { expect, type Page } from '@playwright/test';
import type { Screen } from './screens';

/** A street of the sample that a measure of the invented summit closes. */
export const CLOSED_LATER = 'Churchillplein';

async function open(page: Page, query = ''): Promise<void> {
  await page.goto(`/residents${query}`);
  await expect(page.locator('[data-measures]').first()).toBeVisible();
  await expect(page.locator('.map[data-ready="true"]')).toBeVisible();
}

export const RESIDENT_SCREENS: Screen[] = [
  { name: 'residents', member: null, open: (page) => open(page) },
  { name: 'residents-street', member: null, open: (page) => open(page, `?street=${CLOSED_LATER}`) },
];
