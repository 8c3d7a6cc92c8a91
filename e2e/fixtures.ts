// People in front of screens: each in a browser context of its own, signed in by the demonstration's chooser.
// Every request they make is checked: none may leave the node.
import AxeBuilder from '@axe-core/playwright';
import { expect, test as base, type Browser, type Page } from '@playwright/test';
import { startNode, type RunningNode } from './node';

export interface Looks {
  theme?: 'light' | 'dark' | 'contrast';
  language?: 'en' | 'nl';
  phone?: boolean;
}

export interface Person {
  page: Page;
  /** Problems the page itself reported: uncaught errors, refused content, failed scripts. */
  complaints: string[];
}

interface Fixtures {
  visit: (looks?: Looks) => Promise<Person>;
  /** Signed in by the chooser, with the picture before them. */
  signIn: (member: string, looks?: Looks) => Promise<Person>;
  /** Signed in through the API, before a page with nothing on it: for walks that only look at a screen, and would wait for a map. */
  arrive: (member: string, looks?: Looks) => Promise<Person>;
}

export const test = base.extend<Fixtures, { node: RunningNode; world: string }>({
  /** Walks that name a world of their own get a node that no other walk has filled; `street` is one with sensors and a day that goes on. */
  world: ['shared', { option: true, scope: 'worker' }],
  node: [
    async ({ world }, use) => {
      const node = await startNode(world === 'street');
      await use(node);
      await node.stop();
    },
    { scope: 'worker' },
  ],
  visit: async ({ browser, node }, use) => {
    const people: Person[] = [];
    await use(async (looks) => {
      const person = await open(browser, node.origin, looks);
      people.push(person);
      return person;
    });
    for (const { page, complaints } of people) {
      expect.soft(complaints, 'what the page complained about').toEqual([]);
      await page.context().close();
    }
  },
  signIn: async ({ visit }, use) => {
    await use(async (member, looks) => {
      const person = await visit(looks);
      await choose(person.page, member);
      return person;
    });
  },
  arrive: async ({ visit, node }, use) => {
    await use(async (member, looks) => {
      const person = await visit(looks);
      const { request } = person.page;
      const known = (await (await request.get('/api/v1/demo/members')).json()) as { items: { id: string; name: string }[] };
      const id = known.items.find((one) => one.name.includes(member))?.id;
      expect(id, `the sample member ${member}`).toBeTruthy();
      const answer = await request.post('/api/v1/demo/session', { data: { member: id }, headers: { Origin: node.origin } });
      expect(answer.ok(), `signing in as ${member}`).toBe(true);
      await person.page.goto('/health/ready');
      return person;
    });
  },
});

/** Signs in as a sample member. */
export async function choose(page: Page, member: string): Promise<void> {
  await page.goto('/');
  await page.locator('[data-member]').filter({ hasText: member }).first().click();
  await expect(page.locator('[data-stream="live"]')).toBeAttached();
  await expect(page.locator('[data-state="ready"]')).toBeAttached();
}

/** Somebody in front of a screen of their own. */
export async function open(browser: Browser, origin: string, looks: Looks = {}): Promise<Person> {
  const { theme = 'light', language = 'en', phone = false } = looks;
  const context = await browser.newContext({
    baseURL: origin,
    colorScheme: theme === 'light' ? 'light' : 'dark',
    locale: language === 'nl' ? 'nl-NL' : 'en-GB',
    timezoneId: 'Europe/Amsterdam',
    viewport: phone ? { width: 360, height: 740 } : { width: 1440, height: 900 },
    isMobile: phone,
    hasTouch: phone,
  });
  if (theme === 'contrast') await context.addInitScript(() => localStorage.setItem('belfry.theme', 'contrast'));
  const complaints: string[] = [];
  const page = await context.newPage();
  page.on('request', (request) => {
    const url = request.url();
    const own = url.startsWith(`${origin}/`) || url.startsWith('blob:') || url.startsWith('data:');
    if (!own) complaints.push(`request to ${url}`);
  });
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // The browser reports every 4xx answer; those are part of the walks.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
  });
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { page, complaints };
}

/** What is looked at: everything; colours, which change with the theme; all but colours, which do not change with the size. */
export type Sight = 'all' | 'colours' | 'structure';

/** Rules of axe about colours. They take most of its time. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

/** No violation of WCAG 2.2 AA on the page as it is now; `apart` names rules that the page cannot keep by its nature. */
export async function expectAccessible(page: Page, what: string, apart: string[] = [], sight: Sight = 'all'): Promise<void> {
  // There are no frames of others here; without them a look takes half the time.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  if (sight === 'colours') axe.withRules(COLOURS);
  else {
    axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']);
    axe.disableRules(sight === 'structure' ? [...apart, ...COLOURS] : apart);
  }
  const result = await axe.analyze();
  const found = result.violations.map((one) => `${one.id}: ${one.nodes.map((node) => `${node.target.join(' ')} (${node.failureSummary?.split('\n').at(1)?.trim() ?? ''})`).join('; ')}`);
  expect.soft(found, `axe on ${what}`).toEqual([]);
}

export { expect };
