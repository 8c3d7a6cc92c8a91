// The screens of the office meet WCAG 2.2 AA as far as axe can tell, in both themes and languages and on a phone.
import { expect, expectAccessible, test, type Looks } from '../fixtures';
import { OFFICE_SCREENS } from './office-screens';

const LOOKS: (Looks & { name: string })[] = [
  { name: 'light, English', theme: 'light', language: 'en' },
  { name: 'dark, Dutch', theme: 'dark', language: 'nl' },
  { name: 'light, Dutch, phone', theme: 'light', language: 'nl', phone: true },
  { name: 'dark, English, phone', theme: 'dark', language: 'en', phone: true },
];

for (const { name, ...looks } of LOOKS) {
  test(`axe is clean in the office: ${name}`, async ({ arrive, visit }) => {
    for (const screen of OFFICE_SCREENS) {
      const { page } = screen.member ? await arrive(screen.member, looks) : await visit(looks);
      await screen.open(page);
      await expectAccessible(page, `${screen.name}, ${name}`, screen.apart);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect.soft(wide, `${screen.name}, ${name}: nothing sticks out sideways`).toBeLessThanOrEqual(0);
      await page.context().close();
    }
  });
}
