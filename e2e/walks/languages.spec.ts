// The same screen in both languages, and the theme a reader chooses: kept after a reload.
import { expect, test } from '../fixtures';

test('language and colours are chosen, and stay', async ({ signIn }) => {
  const { page } = await signIn('Duty officer Europol');
  await page.locator('.me summary').click();
  await page.getByLabel('Language').selectOption('nl');
  await expect(page.getByRole('tab', { name: /^Wacht op ons/ })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'nl');
  await page.getByLabel('Kleuren').selectOption('contrast');
  await expect(page.locator('body')).toHaveCSS('background-color', 'rgb(0, 0, 0)');
  await page.reload();
  await expect(page.getByRole('tab', { name: /^Wacht op ons/ })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'contrast');
  await expect(page.locator('body')).toHaveCSS('background-color', 'rgb(0, 0, 0)');
});
