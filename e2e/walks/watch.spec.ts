// An analyst watches the open web: sets it up from the screen, sees a signal live with its reasons, judges by keyboard,
// takes that back, and shares it in two keys. Others see the item, and nothing of web monitoring.
import { expect, test } from '../fixtures';
import { unique } from '../report';
import { ANALYST, call } from './watch-screens';

test.use({ world: 'web monitoring' });

test('from an empty desk to a shared signal', async ({ signIn }) => {
  const { page } = await signIn(ANALYST);
  const other = await signIn('Analyst Europol');
  const title = unique('Ingang');

  // First steps, then an inbox and a profile from the screen.
  await page.getByRole('link', { name: 'Web monitoring' }).click();
  await expect(page.getByRole('heading', { name: 'Signals' })).toBeVisible();
  await page.goto('/watch/sources?new');
  const adding = page.getByRole('dialog', { name: 'Add a source' });
  await adding.getByLabel('What it is').selectOption('inbox');
  await adding.getByLabel('Name', { exact: true }).fill('Tips of the day');
  await adding.getByLabel('Trust').selectOption('B');
  await adding.getByRole('button', { name: 'Add a source' }).click();
  await expect(page.locator('[data-source="tips-of-the-day"]')).toContainText('Waiting');

  await page.goto('/watch/profiles?new');
  const profile = page.getByRole('dialog', { name: 'Add a profile' });
  await profile.getByLabel('Name', { exact: true }).fill('The forum');
  await profile.getByLabel('Words and phrases').fill('Jan de Vries');
  await profile.getByRole('button', { name: 'Add a profile' }).click();
  await expect(profile.getByRole('alert')).toContainText('persons are not watched');
  await profile.getByLabel('Words and phrases').fill('World Forum\nblokk*');
  await profile.getByLabel('Places').fill('World Forum (site)');
  await expect(profile.getByRole('button', { name: 'Remove World Forum' })).toBeVisible();
  await profile.getByRole('button', { name: 'Add a profile' }).click();
  await expect(page.locator('[data-row="the-forum"]')).toContainText('blokk*');

  // Another window of the same analyst has the queue before it; the post is forwarded here.
  const desk = await signIn(ANALYST);
  await desk.page.goto('/watch');
  await expect(desk.page.locator('[data-watch="ready"]')).toBeVisible();
  await page.goto('/watch/sources/tips-of-the-day');
  await expect(page.locator('[data-source-page]')).toBeVisible();
  await page.keyboard.press('f');
  const forwarding = page.getByRole('dialog', { name: 'Forward a post' });
  await forwarding.getByLabel('Text', { exact: true }).fill('Morgen om 8 uur gaan we de ingang van het World Forum blokkeren. Kom allemaal naar het Churchillplein!');
  await forwarding.getByLabel('Title', { exact: true }).fill(title);
  const sent = Date.now();
  await forwarding.getByRole('button', { name: 'Forward a post' }).click();
  const row = desk.page.locator('[data-signal]').filter({ hasText: title });
  await expect(row).toBeVisible();
  console.log(`forwarded and on the analyst's screen after ${Date.now() - sent} ms`);
  await expect(row).toContainText('Disruption');

  // Its reasons.
  await row.click();
  const detail = desk.page.locator('[data-signal-detail]');
  await expect(detail.getByRole('heading', { name: title, level: 2 })).toBeVisible();
  await expect(detail.locator('mark').filter({ hasText: 'blokkeren' }).first()).toBeVisible();
  await expect(detail.locator('[data-term="class"]').filter({ hasText: 'Disruption' })).toContainText('“blokkeren”');
  await expect(detail.locator('[data-term="place"]')).toContainText('World Forum');
  await expect(detail.getByText('Rules ')).toBeVisible();
  await expect(desk.page.getByText('no open collection of Dutch threats')).toBeVisible();

  // Judged with one key, undone with another.
  const address = new URL(desk.page.url()).pathname;
  await desk.page.keyboard.press('n');
  await expect(row).toHaveCount(0);
  await expect(desk.page.locator('[data-undo]')).toContainText(`Not relevant: ${title}`);
  await desk.page.keyboard.press('u');
  await expect(row).toBeVisible();
  await expect.poll(() => new URL(desk.page.url()).pathname).toBe(address);
  await expect(detail).toHaveAttribute('data-signal-state', 'open');

  // A class by its number counts as relevant; that is undone too.
  await desk.page.keyboard.press('2');
  await expect(desk.page.locator('[data-undo]')).toContainText(`Call to action: ${title}`);
  await desk.page.keyboard.press('u');
  await expect.poll(() => new URL(desk.page.url()).pathname).toBe(address);
  await expect(detail).toHaveAttribute('data-signal-state', 'open');

  // Shared in two keys.
  await desk.page.keyboard.press('s');
  await expect(desk.page.getByRole('heading', { name: 'Share a signal' })).toBeVisible();
  await expect(desk.page.locator('#compose-title')).toHaveValue(title);
  await expect(desk.page.locator('[data-people]')).toHaveAttribute('aria-busy', 'false');
  await expect(desk.page.locator('.send button[type="submit"]')).toBeFocused();
  await desk.page.keyboard.press('Enter');
  await expect(detail).toBeVisible();
  await expect(detail.getByRole('link', { name: 'Open the item' })).toBeVisible();
  const { shown } = await call<{ shown: { item: string; state: string } }>(desk.page, 'GET', `/watch/signals/${address.split('/').at(-1) ?? ''}`);
  expect(shown.item).toBeTruthy();
  expect(shown.state).toBe('judged');

  // Who it is for sees the item, not the signal.
  const readers = await call<{ readers: { organisations: number } }>(desk.page, 'GET', `/items/${shown.item}`);
  expect(readers.readers.organisations).toBeGreaterThan(1);
  const gemeente = await signIn('Area coordinator');
  await gemeente.page.goto(`/item/${shown.item}`);
  await expect(gemeente.page.getByRole('heading', { name: title })).toBeVisible();
  await expect(gemeente.page.locator('[data-item-detail]')).toContainText('Seen in 1 document of 1 source');
  await other.page.goto(address);
  await expect(other.page.getByText('This signal is gone')).toBeVisible();
});

test('who is no analyst has no such page', async ({ signIn }) => {
  const { page } = await signIn('Duty officer Police');
  await expect(page.getByRole('link', { name: 'Web monitoring' })).toHaveCount(0);
  await page.keyboard.press('Control+k');
  await page.locator('[data-palette] input').fill('monitoring');
  await expect(page.locator('[data-palette]')).not.toContainText('Profiles');
  await page.keyboard.press('Escape');
  for (const path of ['/watch', '/watch/sources', '/watch/signal/0']) {
    await page.goto(path);
    await expect(page.getByText('There is nothing here')).toBeVisible();
  }
  const status = await page.evaluate(async () => (await fetch('/api/v1/watch/signals')).status);
  expect(status).toBe(404);
});
