// The coordinator of the host draws, moves and retires; everyone has it on the map at once, and nobody else may.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import { compose, unique } from '../report';

/** A new name for each run, so that walks do not meet each other's places. */
const called = (words: string) => unique(words).slice(0, 40);

async function confirm(page: Page, words: string | RegExp): Promise<void> {
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(words);
  await dialog.locator('button[type="submit"]').click();
  await expect(dialog).toHaveCount(0);
}

/** Clicks four corners around the middle of the map, as a square. */
async function drawSquare(page: Page): Promise<void> {
  const box = (await page.locator('.canvas canvas').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  for (const [at, [right, down]] of ([[-60, -60], [60, -60], [60, 60], [-60, 60]] as const).entries()) {
    await page.mouse.click(x + right, y + down);
    await expect(page.locator('[data-handle="corner"]')).toHaveCount(at + 1);
  }
}

const place = (page: Page, path: string) => page.evaluate(async (asked) => {
  const area = (await (await fetch('/api/v1/area')).json()) as Record<string, { id: string; retired: boolean; shape: { coordinates: number[][][] } }[]>;
  const [list = '', id] = asked.split('/');
  return area[list]?.find((one) => one.id === id);
}, path);

/** Whether the map that the page is given draws something of this name. */
const onMap = (page: Page, name: string) => page.evaluate(async (asked) => {
  const area = (await (await fetch('/api/v1/area')).json()) as { layers: { features: { properties?: Record<string, unknown> }[] } };
  return area.layers.features.some((one) => one.properties?.['name_en'] === asked);
}, name);

test('a zone is drawn, a site moved and retired; the others have it at once', async ({ signIn }) => {
  const { page } = await signIn('Area coordinator');
  const other = await signIn('Duty officer Europol');
  await other.page.goto('/compose');
  const choices = other.page.getByLabel('Site or zone');
  await expect(choices).toBeVisible();

  const zone = called('North lawn');
  await page.goto('/admin/places');
  await page.getByRole('button', { name: 'New zone' }).click();
  await page.getByLabel('Name in English').fill(zone);
  await expect(page.locator('[data-ready="true"]')).toBeVisible();
  await drawSquare(page);
  // One too many, and back.
  await page.locator('main details summary').click();
  await page.getByRole('button', { name: 'Add a corner', exact: true }).click();
  await expect(page.locator('[data-handle="corner"]')).toHaveCount(5);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator('[data-handle="corner"]')).toHaveCount(4);
  await expect(page.getByText('4 corners. The outline is good.')).toBeVisible();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await confirm(page, 'Everyone sees it on the map at once');
  await expect(page.getByRole('list', { name: 'Zones' })).toContainText(zone);
  await expect(choices.getByRole('option', { name: zone })).toHaveCount(1);
  expect(await onMap(other.page, zone)).toBe(true);

  const site = called('Van lot');
  await page.getByRole('button', { name: 'New site' }).click();
  await page.getByLabel('Name in English').fill(site);
  await page.getByLabel('Name on the map').fill('Van lot');
  await expect(page.locator('[data-ready="true"]')).toBeVisible();
  await drawSquare(page);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await confirm(page, 'Everyone sees it');
  await expect(choices.getByRole('option', { name: site })).toHaveCount(1);

  const title = unique('Van in the lot');
  await compose(other.page, { title, site, label: 'GREEN' });
  await other.page.keyboard.press('Control+Enter');
  await expect(other.page.locator('[data-item-detail]')).toContainText(site);
  const item = other.page.url();
  await other.page.goto('/compose');

  // By mouse as a whole, and one corner by keyboard.
  const id = site.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const before = await place(page, `sites/${id}`);
  await page.getByRole('button', { name: `Change ${site}` }).click();
  const whole = page.getByRole('button', { name: 'Move the whole outline' });
  await whole.scrollIntoViewIfNeeded();
  const from = (await whole.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await page.mouse.move(from.x + 14, from.y + 14);
  await page.mouse.down();
  await page.mouse.move(from.x + 54, from.y + 34, { steps: 4 });
  await page.mouse.up();
  const corner = page.getByRole('button', { name: /^Corner 1 of 4/ });
  await corner.focus();
  const said = await corner.getAttribute('aria-label');
  await page.keyboard.press('ArrowUp');
  await expect(corner).not.toHaveAttribute('aria-label', said ?? '');
  await expect(corner).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /^Corner 2 of 5/ })).toBeFocused();
  await page.keyboard.press('Delete');
  await expect(page.locator('[data-handle="corner"]')).toHaveCount(4);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await confirm(page, '1 item that you can see names it');
  const after = await place(other.page, `sites/${id}`);
  const corners = [before, after].map((one) => one?.shape.coordinates[0] ?? []);
  expect(corners.map((one) => one.length)).toEqual([5, 5]);
  for (const at of [0, 1, 2, 3]) expect(corners[1]?.[at]?.[0]).toBeGreaterThan(corners[0]?.[at]?.[0] ?? 0);

  await page.getByRole('button', { name: `Take ${site} out of use` }).click();
  await confirm(page, 'keeps the name');
  await expect(page.locator(`[data-row="site/${id}"]`)).toContainText('no longer in use');
  await expect(choices.getByRole('option', { name: site })).toHaveCount(0);
  await expect(choices.getByRole('option', { name: zone })).toHaveCount(1);
  await other.page.goto(item);
  await expect(other.page.locator('[data-item-detail]')).toContainText(site);
  const refused = await other.page.evaluate(async (asked) => {
    const draft = {
      kind: 'report', content: { title: 'Again', place: { site: asked } }, marking: { tlp: 'GREEN', purposes: ['site-security'] },
    };
    const answer = await fetch('/api/v1/items', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(draft) });
    return { status: answer.status, body: await answer.text() };
  }, id);
  expect(refused.status).toBe(400);
  expect(refused.body).toContain('is no longer in use');

  await page.getByRole('button', { name: `Take ${zone} out of use` }).click();
  await confirm(page, 'You can bring it back');
  expect(await onMap(other.page, zone)).toBe(false);
});

test('an outline is drawn and a corner dragged by finger', async ({ signIn }) => {
  const { page } = await signIn('Area coordinator', { phone: true });
  await page.goto('/admin/places');
  await page.getByRole('button', { name: 'New site' }).tap();
  await expect(page.locator('[data-ready="true"]')).toBeVisible();
  await page.locator('.canvas canvas').scrollIntoViewIfNeeded();
  const box = (await page.locator('.canvas canvas').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  for (const [at, [right, down]] of ([[-50, 40], [50, 40], [0, -50]] as const).entries()) {
    await page.touchscreen.tap(x + right, y + down);
    await expect(page.locator('[data-handle="corner"]')).toHaveCount(at + 1);
  }
  const corner = page.getByRole('button', { name: /^Corner 3 of 3/ });
  const [said, from] = [await corner.getAttribute('aria-label'), await corner.boundingBox()];
  const finger = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', right: number) =>
    finger.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x: (from?.x ?? 0) + 14 + right, y: (from?.y ?? 0) + 14 }] });
  await touch('touchStart', 0);
  for (const right of [8, 20, 40]) await touch('touchMove', right);
  await touch('touchEnd', 40);
  await expect(corner).not.toHaveAttribute('aria-label', said ?? '');
  expect(((await corner.boundingBox())?.x ?? 0) - (from?.x ?? 0)).toBeGreaterThan(30);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(corner).toHaveAttribute('aria-label', said ?? '');
});

test('a purpose and a rule are administered; the rule holds at once', async ({ signIn }) => {
  const { page } = await signIn('Area coordinator');
  const name = called('Works');
  await page.goto('/admin/purposes');
  await page.getByRole('button', { name: 'New purpose' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name in English').fill(name);
  await dialog.getByLabel('What belongs under it, in English').fill('Works in the streets.');
  await dialog.getByLabel('Kept at most').selectOption({ label: '7 days after it ends' });
  await confirm(page, 'given to members at once');
  const row = page.getByRole('listitem').filter({ hasText: name });
  await expect(row).toContainText('kept at most: 7 days');
  await row.getByRole('button', { name: /out of use/ }).click();
  await confirm(page, 'still read what was shared for it');
  await expect(row).toContainText('no longer in use');

  const other = await signIn('Duty officer ICJ');
  await page.goto('/admin/four-eyes');
  await page.getByRole('button', { name: 'New rule' }).click();
  await dialog.getByLabel('Organisation').selectOption({ label: 'International Court of Justice' });
  await dialog.getByLabel('Kind').selectOption({ label: 'Notice' });
  await confirm(page, 'a second person must approve this before it is shared: kind: Notice');
  await other.page.goto('/compose?kind=notice');
  await compose(other.page, { title: unique('Gate closed'), label: 'GREEN' });
  await expect(other.page.locator('.send')).toContainText(/second person|approv/i);
  await page.getByRole('button', { name: 'Remove the rule of ICJ' }).click();
  await confirm(page, 'shared by one person');
  await expect(page.getByText('No rules')).toBeVisible();
});

test('nobody but the coordinators of the host', async ({ signIn }) => {
  for (const member of ['Administrator OPCW', 'Duty officer Police']) {
    const { page } = await signIn(member);
    for (const path of ['/admin/places', '/admin/purposes', '/admin/four-eyes']) {
      await page.goto(path);
      await expect(page.getByText('Ask an administrator of your organisation')).toBeVisible();
      await expect(page.getByRole('link', { name: 'Sites and zones' })).toHaveCount(0);
    }
    const tried = await page.evaluate(async () => {
      const ask = async (path: string, method: string, body?: object) => {
        const answer = await fetch(`/api/v1${path}`, { method, ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });
        return answer.status;
      };
      return [await ask('/area/sites/opcw', 'DELETE'), await ask('/area/sites/nothing', 'DELETE'), await ask('/area/four-eyes', 'PUT', { rules: [] })];
    });
    expect(tried).toEqual([404, 404, 404]);
  }
});
