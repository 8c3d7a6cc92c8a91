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
