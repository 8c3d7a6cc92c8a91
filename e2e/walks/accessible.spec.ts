// Every screen, in both themes and languages and on a phone, meets WCAG 2.2 AA as far as axe can tell.
import { expect, expectAccessible, test, type Looks } from '../fixtures';
import { SCREENS } from './screens';

const LOOKS: (Looks & { name: string })[] = [
  { name: 'light, English', theme: 'light', language: 'en' },
  { name: 'dark, Dutch', theme: 'dark', language: 'nl' },
  { name: 'light, Dutch, phone', theme: 'light', language: 'nl', phone: true },
  { name: 'high contrast, English', theme: 'contrast', language: 'en' },
  { name: 'dark, English, phone', theme: 'dark', language: 'en', phone: true },
];

for (const { name, ...looks } of LOOKS) {
  test(`axe is clean: ${name}`, async ({ arrive, visit }) => {
    for (const screen of SCREENS) {
      const { page } = screen.member ? await arrive(screen.member, looks) : await visit(looks);
      await screen.open(page);
      await expectAccessible(page, `${screen.name}, ${name}`, screen.apart);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect.soft(wide, `${screen.name}, ${name}: nothing sticks out sideways`).toBeLessThanOrEqual(0);
      await page.context().close();
    }
  });
}

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
