// Pictures of the main screens of each part, in both themes and languages: `npm run shots` writes them to web/shots.
import { fileURLToPath } from 'node:url';
import { test, type Looks } from '../fixtures';
import { MEASURES_SCREENS } from './measures-screens';
import { OFFICE_SCREENS } from './office-screens';
import { RESIDENT_SCREENS } from './residents-screens';
import { SCREENS } from './screens';
import { SENSE_SCREENS, STREET_SCREENS } from './sense-screens';
import { WATCH_SCREENS } from './watch-screens';

test.use({ world: 'street' });

const FOLDER = fileURLToPath(new URL('../../web/shots/', import.meta.url));
const WANTED = ['sign-in', 'picture', 'item', 'compose', 'search', 'past', 'wall', 'palette', 'places', 'signal', 'stories', 'source', 'learning', 'bang', 'sensors', 'residents', 'residents-street', 'measures', 'streets'];

test('pictures @shots', async ({ arrive, visit }) => {
  test.setTimeout(1_200_000);
  for (const theme of ['light', 'dark'] as const) {
    for (const language of ['en', 'nl'] as const) {
      for (const phone of [false, true]) {
        for (const screen of [...SCREENS, ...OFFICE_SCREENS, ...WATCH_SCREENS, ...SENSE_SCREENS, ...STREET_SCREENS, ...RESIDENT_SCREENS, ...MEASURES_SCREENS].filter((one) => WANTED.includes(one.name))) {
          const looks: Looks = { theme, language, phone };
          const { page } = screen.member ? await arrive(screen.member, looks) : await visit(looks);
          await screen.open(page);
          await page.mouse.move(0, 0);
          // The stream is never idle; this is for the map's last tiles and the fonts.
          await page.waitForTimeout(700);
          await page.screenshot({ path: `${FOLDER}${screen.name}-${theme}-${language}${phone ? '-phone' : ''}.png`, animations: 'disabled' });
          await page.context().close();
        }
      }
    }
  }
});
