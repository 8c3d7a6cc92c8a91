// The main screens, looked at; and what can be done with the keyboard alone.
import { expect, test } from '../fixtures';
import { lookAt } from './looks';
import { SCREENS } from './screens';

lookAt('the main screens', SCREENS);

test('everything by keyboard: from the list to an item and back', async ({ signIn }) => {
  const { page } = await signIn('Duty officer Europol');
  await page.keyboard.press('j');
  await expect(page.locator('[data-item-detail] h1')).toBeVisible();
  const first = page.url();
  await page.keyboard.press('j');
  await expect.poll(() => page.url()).not.toBe(first);
  await page.keyboard.press('k');
  await expect.poll(() => page.url()).toBe(first);
  await page.keyboard.press('Escape');
  await expect(page.locator('[data-item-detail]')).toHaveCount(0);
  await page.keyboard.press('/');
  await expect(page.locator('#search')).toBeFocused();
  await page.keyboard.type('van');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/search\?q=van/);
});

test('the skip link leads to the content', async ({ signIn }) => {
  const { page } = await signIn('Duty officer Europol');
  await page.reload();
  await expect(page.locator('[data-state="ready"]')).toBeAttached();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('#main')).toBeFocused();
});
