// An operator at the desk of Eye and Ear: a post tells of bangs, each is judged by key, taken back, merged, and one is shared.
import { randomUUID } from 'node:crypto';
import { expect, test } from '../fixtures';
import { bulletin, observed, OPERATOR, postToken } from './sense-screens';
import { call } from './watch-screens';

test.use({ world: 'sensors' });

test('from a bulletin to a shared observation', async ({ arrive, signIn }) => {
  const token = await postToken((await arrive('Administrator Police')).page);
  const { page } = await signIn(OPERATOR);
  const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()] as const;
  const row = (id: string) => page.locator(`[data-observation="${id}"]`);
  const shown = (id: string) => call<{ state: string; item?: string; judgements: { reason?: string }[] }>(page, 'GET', `/sense/observations/${id}`);

  await page.getByRole('link', { name: 'Eye and Ear' }).click();
  await expect(page.locator('[data-sense="ready"]')).toBeVisible();
  await bulletin(page.request, token, [observed(first), observed(second, 'firework'), observed(third, 'explosion')]);
  await expect(row(first)).toBeVisible();
  await expect(page.locator('[data-sensors]')).toContainText('sensor');

  // What it rests on.
  await row(first).click();
  const detail = page.locator(`[data-observation-detail="${first}"]`);
  await expect(detail.locator('[data-code="loudness"]')).toContainText('Array of the walk');
  await expect(detail.locator('[data-code="cannot_see"]')).toBeVisible();
  await expect(detail.locator('[data-blind="walk-camera"]')).toBeVisible();

  // Confirmed by key, and taken back.
  await page.keyboard.press('c');
  await expect(row(first)).toHaveCount(0);
  await expect.poll(async () => (await shown(first)).state).toBe('confirmed');
  await page.keyboard.press('u');
  await expect(detail).toBeVisible();
  expect((await shown(first)).state).toBe('open');

  // It was known work: rejected with that reason.
  await row(second).click();
  await expect(page.locator(`[data-observation-detail="${second}"]`)).toBeVisible();
  await page.keyboard.press('3');
  await expect(row(second)).toHaveCount(0);
  await expect.poll(async () => (await shown(second)).judgements.at(-1)?.reason).toBe('known');

  // The explosion was the same bang.
  await row(third).click();
  await expect(page.locator(`[data-observation-detail="${third}"]`)).toBeVisible();
  await page.keyboard.press('m');
  await page.getByRole('dialog').getByRole('button', { name: /Shot/ }).first().click();
  await expect.poll(async () => (await shown(third)).state).toBe('merged');

  // Shared: the item is drafted, and the observation is confirmed with it.
  await row(first).click();
  await expect(detail).toBeVisible();
  await page.keyboard.press('s');
  await expect(page.getByRole('heading', { name: 'Share an observation' })).toBeVisible();
  await expect(page.locator('[data-people]')).toHaveAttribute('aria-busy', 'false');
  await page.locator('.send button[type="submit"]').click();
  await expect(detail.getByRole('link', { name: 'Open the item' })).toBeVisible();
  await expect.poll(async () => (await shown(first)).state).toBe('confirmed');
  expect((await shown(first)).item).toBeTruthy();
});

test('who is no operator sees the register, and nothing else', async ({ signIn }) => {
  const { page } = await signIn('Web analyst Police');
  await expect(page.getByRole('link', { name: 'Eye and Ear' })).toHaveCount(0);
  await page.goto('/sense/sensors');
  await expect(page.getByText('There is nothing here')).toBeVisible();
  await page.goto('/sense/register');
  await expect(page.getByRole('heading', { name: 'Register of sensors' })).toBeVisible();
});
