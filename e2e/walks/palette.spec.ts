// Everything from the keyboard: the palette finds actions, items and places, and does what it says.
import { expect, expectAccessible, test } from '../fixtures';

test('the palette does everything from the keyboard', async ({ signIn }) => {
  const { page } = await signIn('Duty officer Europol');
  const palette = page.locator('[data-palette]');
  const say = async (words: string, action: RegExp | string) => {
    await page.keyboard.press('Control+k');
    await expect(palette).toBeVisible();
    await page.keyboard.type(words);
    await expect(palette.locator('[aria-selected="true"]')).toContainText(action);
    await page.keyboard.press('Enter');
    await expect(palette).toHaveCount(0);
  };
  await say('waiting', 'Waiting for us');
  await expect(page.getByRole('tab', { name: /^Waiting for us/ })).toHaveAttribute('aria-selected', 'true');
  await say('raise al', 'Raise an alert');
  await expect(page).toHaveURL(/compose\?kind=alert/);
  await say('peace pal', 'Everything at Peace Palace');
  await expect(page).toHaveURL(/search\?site=/);
  await say('colours dark', 'Dark');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await say('nederlands', 'Nederlands');
  await expect(page.locator('html')).toHaveAttribute('lang', 'nl');
  await say('beeld', 'Ga naar: Beeld');
  await expect(page).toHaveURL(/\/$/);

  // Arrows choose, Escape leaves without doing anything, and the focus goes back.
  await page.locator('#search').focus();
  await page.keyboard.press('Control+k');
  await expect(palette).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await expect(palette.locator('[role="option"]').nth(1)).toHaveAttribute('aria-selected', 'true');
  await expectAccessible(page, 'palette');
  await page.keyboard.press('Escape');
  await expect(palette).toHaveCount(0);
  await expect(page.locator('#search')).toBeFocused();
});

test('a view is kept, and there after a reload', async ({ signIn }) => {
  const { page } = await signIn('Duty officer Police');
  const counted = page.getByRole('group', { name: 'State of the area' }).getByRole('button');
  const [alerts, waiting] = [await counted.nth(0).innerText(), await counted.nth(1).innerText()];
  await page.locator('[aria-controls="feed-filters"]').click();
  await page.getByLabel('Kind').selectOption('notice');
  await page.locator('[data-view-name]').fill('Deliveries');
  await page.getByRole('button', { name: 'Keep' }).click();
  await page.getByRole('button', { name: 'Show everything' }).click();
  await page.reload();
  await page.getByRole('button', { name: 'Deliveries' }).first().click();
  await expect(page.getByText('Filters are on')).toBeVisible();
  // The line at the top counts what is open and what waits, whatever the filters say.
  await expect(counted.nth(0)).toHaveText(alerts);
  await expect(counted.nth(1)).toHaveText(waiting);
});

test('a new alert has one mark, on every screen, until it is opened', async ({ signIn }) => {
  const opcw = await signIn('Duty officer OPCW');
  const europol = await signIn('Duty officer Europol');
  await europol.page.goto('/search');
  const title = `Smoke from the annex ${Date.now().toString(36)}`;
  await opcw.page.goto('/compose?kind=alert');
  await opcw.page.getByLabel('What', { exact: true }).fill(title);
  await opcw.page.locator('[data-option="GREEN"]').click();
  await expect(opcw.page.locator('[data-people]')).toHaveAttribute('aria-busy', 'false');
  await opcw.page.keyboard.press('Control+Enter');
  const mark = europol.page.locator('[data-new-alert]');
  await expect(mark).toContainText(title);
  await expectAccessible(europol.page, 'new alert');
  await europol.page.locator('h1').click();
  await europol.page.keyboard.press('o');
  await expect(europol.page.getByRole('heading', { name: title })).toBeVisible();
  await expect(mark).toHaveCount(0);
});
