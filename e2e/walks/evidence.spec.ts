// Evidence leaves the node in one file, and `belfry verify` checks it without the node: whole, or not at all.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '../fixtures';
import { compose, unique } from '../report';

test('evidence of chosen items is checked offline, and refused with one byte changed', async ({ signIn }) => {
  const program = process.env['BELFRY_BIN'];
  test.skip(!program, 'needs the belfry program');
  const { page } = await signIn('Duty officer OPCW');
  const titles = [unique('Door left open'), unique('Key not returned')];
  for (const title of titles) {
    await page.goto('/compose');
    await compose(page, { title, label: 'GREEN' });
    await page.getByRole('button', { name: /^Share with/ }).click();
    await expect(page.locator('[data-item-detail] h1')).toHaveText(title);
  }
  await page.goto('/gather');
  for (const title of titles) await page.getByRole('checkbox', { name: new RegExp(title) }).check();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Evidence' }).click()]);
  expect(download.suggestedFilename()).toMatch(/^evidence-\d{4}-\d\d-\d\d\.json$/);

  const folder = mkdtempSync(join(tmpdir(), 'belfry-evidence-'));
  try {
    const file = join(folder, 'evidence.json');
    await download.saveAs(file);
    const verify = (path: string) => spawnSync(program ?? '', ['verify', '--bundle', path], { encoding: 'utf8' });
    const whole = verify(file);
    expect(whole.stderr).toBe('');
    expect(whole.status).toBe(0);
    expect(whole.stdout).toContain('sound: all of it is in');

    const text = readFileSync(file, 'utf8');
    const spoiled = join(folder, 'spoiled.json');
    for (const field of ['"payload":"', '"sig":"', '"salt":"', '"ciphertext":"', '"leaf":"', '"public_key":"']) {
      const at = text.indexOf(field) + field.length + 8;
      expect(at, field).toBeGreaterThan(field.length + 8);
      const other = text[at] === 'A' ? 'B' : 'A';
      writeFileSync(spoiled, text.slice(0, at) + other + text.slice(at + 1));
      const refused = verify(spoiled);
      expect(refused.status, `${field} ${refused.stdout}`).not.toBe(0);
      expect(refused.stdout, field).not.toContain('sound: all of it is in');
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
