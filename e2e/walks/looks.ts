// One screen, looked at in each theme and on a phone: opened once in each language, for opening is what takes the time.
// Not here: which screens there are (screens.ts and its kin).
import type { Page } from '@playwright/test';
import { expect, expectAccessible, test, type Looks, type Person, type Sight } from '../fixtures';
import type { Screen } from './screens';

/** All screens of a part, opened and looked at. */
const WITHIN_MS = 900_000;

interface Look {
  name: string;
  theme: 'light' | 'dark' | 'contrast';
  phone?: boolean;
  sight?: Sight;
}

/** Each theme, each language and both sizes; not every one with every other. Colours are looked at once in each theme, all else once
 * in each language and size. */
const LOOKS: Record<'en' | 'nl', Look[]> = {
  en: [{ name: 'light', theme: 'light' }, { name: 'high contrast', theme: 'contrast', sight: 'colours' }, { name: 'dark, phone', theme: 'dark', phone: true, sight: 'structure' }],
  nl: [{ name: 'dark', theme: 'dark' }, { name: 'light, phone', theme: 'light', phone: true, sight: 'structure' }],
};

interface People {
  arrive: (member: string, looks?: Looks) => Promise<Person>;
  visit: (looks?: Looks) => Promise<Person>;
}

/** The screens of a part meet WCAG 2.2 AA as far as axe can tell, and nothing sticks out sideways. `before` fills what they show. */
export function lookAt(part: string, screens: Screen[], before?: (people: People) => Promise<(page: Page) => Promise<void>>): void {
  for (const language of ['en', 'nl'] as const) {
    test(`axe is clean in ${part}: ${language}`, async ({ arrive, visit }) => {
      test.setTimeout(WITHIN_MS);
      const fill = await before?.({ arrive, visit });
      const [first] = LOOKS[language];
      for (const screen of screens) {
        const start: Looks = { language, theme: first?.theme ?? 'light' };
        const { page } = screen.member ? await arrive(screen.member, start) : await visit(start);
        await fill?.(page);
        await screen.open(page);
        for (const look of LOOKS[language]) {
          await wear(page, look);
          const what = `${screen.name}, ${language}, ${look.name}`;
          await expectAccessible(page, what, screen.apart, look.sight);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          expect.soft(wide, `${what}: nothing sticks out sideways`).toBeLessThanOrEqual(0);
        }
        await page.context().close();
      }
    });
  }
}

/** Changes the looks of an open page, as its reader's system or choice would. */
async function wear(page: Page, { theme, phone = false }: Look): Promise<void> {
  await page.emulateMedia({ colorScheme: theme === 'light' ? 'light' : 'dark' });
  await page.evaluate((contrast) => {
    if (contrast) document.documentElement.dataset['theme'] = 'contrast';
    else delete document.documentElement.dataset['theme'];
  }, theme === 'contrast');
  if (!phone) return;
  // A phone in all that a page can tell: narrow, touched, without a pointer that hovers.
  const devtools = await page.context().newCDPSession(page);
  await page.setViewportSize({ width: 360, height: 740 });
  await devtools.send('Emulation.setDeviceMetricsOverride', { width: 360, height: 740, deviceScaleFactor: 1, mobile: true });
  await devtools.send('Emulation.setTouchEmulationEnabled', { enabled: true });
  await expect.poll(() => page.evaluate(() => document.documentElement.clientWidth)).toBe(360);
}
