// A planner draws a rota for a measure that moves, weighs its places, fixes a shift by hand knowing what that gives away, and takes it along.
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import { PLANNER } from './measures-screens';
import { call } from './watch-screens';

test.use({ world: 'measures' });

const cells = (page: Page) => page.locator('[data-cell]');
const names = (page: Page) => page.locator('[data-cell]').evaluateAll((all) => all.map((one) => one.childNodes[0]?.textContent ?? ''));

async function taken(page: Page, act: string): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator(`[data-act="${act}"]`).click()]);
  return readFile(await download.path(), 'utf8');
}

test('a rota in one click, weighed, fixed by hand, drawn anew and taken along', async ({ signIn }) => {
  const { page } = await signIn(PLANNER);
  await page.goto('/measures');
  await page.getByRole('link', { name: 'Rota' }).click();

  // One click: equal shares over the sites of the plan.
  await page.locator('[data-act="draw"]').click();
  await expect(cells(page)).toHaveCount(14);
  const shares = page.locator('[data-share]');
  await expect(shares).toHaveCount(4);
  for (const one of await shares.all()) await expect(one).toContainText('25% of shifts');
  await expect(page.locator('[data-expects]')).toContainText('3 other places are as good to it.');

  // One place counts most, and there are two units: it is covered more often, and no shift has it twice.
  await page.getByLabel('At stake at Peace Palace').selectOption('10');
  await page.locator('[data-field="units"]').fill('2');
  await expect(page.locator('.changed')).toBeVisible();
  await page.locator('[data-act="draw"]').click();
  await expect(cells(page)).toHaveCount(28);
  await expect(page.locator('.changed')).toHaveCount(0);
  await expect(shares.first()).toHaveAttribute('data-share', 'site:peace-palace');
  const drawn = await names(page);
  for (let shift = 0; shift < 14; shift++) expect(drawn[2 * shift]).not.toBe(drawn[2 * shift + 1]);
  for (const name of drawn) expect(name).not.toBe('free');

  // A shift is fixed by keyboard: what it gives away is said before, the other shifts stay as they are.
  await page.locator('[data-cell="3-0"]').focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog.locator('[data-cost="0"]')).toContainText('drawn by lot');
  await expect(dialog.locator('[data-act="fix"]')).toBeDisabled();
  await dialog.getByRole('checkbox', { name: 'Catshuis' }).check();
  await dialog.getByRole('checkbox', { name: 'Kunstmuseum' }).check();
  await expect(dialog.getByRole('checkbox', { name: 'World Forum' })).toBeDisabled();
  const cost = dialog.locator('[data-cost="2"]');
  await expect(cost).toContainText('can expect 10 points in this shift instead of');
  await expect(cost).toContainText('all of this shift is known then');
  await dialog.locator('[data-act="fix"]').click();
  await expect(dialog).toHaveCount(0);
  const fixed = page.locator('[data-shift="3"]');
  await expect(fixed).toContainText('fixed by hand');
  await expect(fixed).toContainText('Catshuis');
  await expect(fixed).toContainText('Kunstmuseum');
  await expect(page.locator('[data-byhand="1"]')).toContainText('10 points instead of');
  const after = await names(page);
  expect([...after.slice(0, 6), ...after.slice(8)]).toEqual([...drawn.slice(0, 6), ...drawn.slice(8)]);

  // Drawn anew, what was fixed stays; and all of it can be taken along.
  await page.locator('[data-act="draw"]').click();
  await expect.poll(() => names(page)).not.toEqual(after);
  await expect(fixed).toContainText('Catshuis');
  const table = (await taken(page, 'csv')).trim().split('\r\n');
  expect(table).toHaveLength(15);
  expect(table[4]).toContain('Catshuis');
  const calendar = await taken(page, 'ics');
  expect(calendar.match(/BEGIN:VEVENT/g)).toHaveLength(28);
  // The node reads what was written.
  const read = await page.evaluate(async (text) => {
    const answer = await fetch('/api/v1/measures/calendar', { method: 'POST', headers: { 'Content-Type': 'text/calendar' }, body: text });
    return (await answer.json()) as { items: { title: string }[]; refused: unknown[] };
  }, calendar);
  expect([read.items.length, read.refused.length]).toEqual([28, 0]);

  // Left to the draw again.
  await page.locator('[data-cell="3-1"]').click();
  await dialog.getByRole('checkbox', { name: 'Catshuis' }).uncheck();
  await dialog.getByRole('checkbox', { name: 'Kunstmuseum' }).uncheck();
  await dialog.getByRole('button', { name: 'Leave it to the draw' }).click();
  await expect(page.locator('[data-byhand]')).toHaveCount(0);

  // On paper there is the rota and nothing to press.
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('[data-form="rota"]')).toBeHidden();
  await expect(page.getByRole('button', { name: 'Print or save as PDF' })).toBeHidden();
  await expect(cells(page).last()).toBeVisible();
});

test('what cannot be drawn is said, and a plan without sites takes places that are named', async ({ signIn }) => {
  const { page } = await signIn(PLANNER);
  await page.goto('/measures/rota');
  const draw = page.locator('[data-act="draw"]');
  await page.locator('[data-field="units"]').fill('5');
  await expect(page.getByRole('alert').filter({ hasText: 'No more units than places: at most 4' })).toBeVisible();
  await expect(draw).toBeDisabled();
  await page.locator('[data-field="units"]').fill('1');
  for (const box of await page.locator('[data-place^="site:"]').all()) await box.uncheck();
  await expect(draw).toBeDisabled();
  await page.locator('[data-field="own"]').fill('The fountain');
  await page.keyboard.press('Enter');
  await expect(draw).toBeEnabled();
  await draw.click();
  await expect(page.locator('[data-share]')).toContainText('100% of shifts');

  // The node away: told, and what was drawn stays.
  await page.route('**/measures/rota', (route) => route.abort());
  await draw.click();
  await expect(page.locator('.note.error')).toBeVisible();
  await expect(cells(page)).toHaveCount(14);
  await page.unroute('**/measures/rota');

  const plan = await call<{ plan: { sites: unknown[]; assets: unknown[]; scenarios: { assets?: unknown[] }[] } }>(page, 'GET', '/measures/plan');
  await page.route('**/api/v1/measures/plan', (route) => route.fulfill({ json: { ...plan, plan: { ...plan.plan, sites: [], assets: [] } } }));
  await page.reload();
  await expect(page.getByText('The plan names no sites.')).toBeVisible();
  await expect(draw).toBeDisabled();
});
