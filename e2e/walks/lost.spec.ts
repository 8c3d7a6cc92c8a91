// The node goes away and comes back: the screen says so, stays as it was, and misses nothing.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choose, expect, open, test } from '../fixtures';
import { startDemo } from '../node';
import { compose, unique } from '../report';

test('a node that restarts shows, and nothing is missed', async ({ browser }) => {
  test.skip(!process.env['BELFRY_BIN'], 'needs the belfry program');
  const data = mkdtempSync(join(tmpdir(), 'belfry-e2e-'));
  let node = await startDemo(0, data);
  const port = Number(new URL(node.origin).port);
  const europol = (await open(browser, node.origin)).page;
  const opcw = (await open(browser, node.origin)).page;
  try {
    await choose(europol, 'Duty officer Europol');
    await choose(opcw, 'Duty officer OPCW');
    const title = unique('Written while the node was away');
    await opcw.goto('/compose');
    await compose(opcw, { title, label: 'GREEN' });

    await node.stop();
    await expect(europol.locator('[data-stream="lost"]')).toBeVisible();
    await expect(europol.locator('[data-item]').first()).toBeVisible();
    await opcw.keyboard.press('Control+Enter');
    await expect(opcw.getByRole('alert').filter({ hasText: 'Nothing is lost' })).toBeVisible();

    node = await startDemo(port, data);
    await opcw.getByRole('button', { name: /^Share/ }).click();
    await expect(opcw.getByRole('heading', { name: title })).toBeVisible();
    await expect(europol.getByRole('link', { name: title })).toHaveCount(1, { timeout: 30_000 });
    await expect(europol.locator('[data-stream="live"]')).toBeVisible();
  } finally {
    await europol.context().close();
    await opcw.context().close();
    await node.stop();
    rmSync(data, { recursive: true, force: true });
  }
});

test('a connection that drops while the feed is live: it shows, and what came meanwhile is there once', async ({ signIn }) => {
  const opcw = await signIn('Duty officer OPCW');
  const europol = await signIn('Duty officer Europol');
  const { page } = europol;
  await page.context().setOffline(true);
  await expect(page.locator('[data-stream="lost"]')).toBeVisible();
  await expect(page.getByText(/^Not live\. This is what was known at/)).toBeVisible();
  // What is on the screen stays there to be read.
  await expect(page.locator('[data-item]').first()).toBeVisible();

  const titles = [unique('First while away'), unique('Second while away')];
  for (const title of titles) {
    await opcw.page.goto('/compose');
    await compose(opcw.page, { title, label: 'GREEN' });
    await opcw.page.getByRole('button', { name: /^Share with/ }).click();
    await expect(opcw.page.getByRole('heading', { name: title })).toBeVisible();
  }
  for (const title of titles) await expect(page.getByRole('link', { name: title })).toHaveCount(0);

  await page.context().setOffline(false);
  await expect(page.locator('[data-stream="live"]')).toBeVisible({ timeout: 30_000 });
  for (const title of titles) await expect(page.getByRole('link', { name: title })).toHaveCount(1, { timeout: 30_000 });
});
