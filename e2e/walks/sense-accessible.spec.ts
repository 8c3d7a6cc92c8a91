// The screens of Eye and Ear meet WCAG 2.2 AA as far as axe can tell, in both themes and languages.
import { expect, expectAccessible, test, type Looks } from '../fixtures';
import { bulletin, observed, postToken, SENSE_SCREENS } from './sense-screens';

const LOOKS: (Looks & { name: string })[] = [
  { name: 'light, English', theme: 'light', language: 'en' },
  { name: 'dark, Dutch', theme: 'dark', language: 'nl' },
];

test.use({ world: 'sensors' });

for (const { name, ...looks } of LOOKS) {
  test(`axe is clean in Eye and Ear: ${name}`, async ({ arrive }) => {
    const administrator = await arrive('Administrator Police');
    const token = await postToken(administrator.page);
    for (const screen of SENSE_SCREENS) {
      const { page } = await arrive(screen.member ?? '', looks);
      await bulletin(administrator.page.request, token, [observed('0192f5a0-0000-7000-8000-0000000000aa')]);
      await screen.open(page);
      await expectAccessible(page, `${screen.name}, ${name}`, screen.apart);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect.soft(wide, `${screen.name}, ${name}: nothing sticks out sideways`).toBeLessThanOrEqual(0);
      await page.context().close();
    }
  });
}
