// A resident without an account finds their street, reads what is so and until when, whom to ask, and what to subscribe to.
import { expect, test } from '../fixtures';
import { CLOSED_LATER } from './residents-screens';

test('a street is found by keyboard, and says what is closed, why and until when', async ({ visit }) => {
  const { page } = await visit({ language: 'nl', phone: true });
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto('/residents');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Wat gebeurt er in uw straat?');

  const field = page.getByRole('combobox', { name: 'Uw straat' });
  await field.fill('churchill');
  await expect(page.getByRole('option', { name: CLOSED_LATER })).toBeVisible();
  await field.press('ArrowDown');
  await field.press('Enter');
  await expect(page).toHaveURL(/\/residents\?street=Churchillplein$/);
  const street = page.locator(`[data-street="${CLOSED_LATER}"]`);
  await expect(street.getByRole('heading', { name: CLOSED_LATER })).toBeFocused();
  await expect(street).toContainText('Straten rond het World Forum dicht voor auto');
  await expect(street).toContainText('Extra reistijd');
  await expect(street).toContainText('Besloten door');

  // Nobody was asked who this is: only files, and what is public.
  expect(asked.filter((path) => path.startsWith('/api/') && !path.startsWith('/api/v1/public/'))).toEqual([]);
  expect(await page.context().cookies()).toEqual([]);

  // Back to all of it.
  await page.goBack();
  await expect(field).toBeVisible();
  await field.fill('Nergensstraat');
  await field.press('Enter');
  await expect(page.getByRole('status').filter({ hasText: 'Zo heet hier geen straat' })).toBeVisible();
});

test('what it says can be subscribed to, and says the same', async ({ visit }) => {
  const { page } = await visit({ language: 'en' });
  await page.goto(`/residents?street=${CLOSED_LATER}`);
  await expect(page.locator(`[data-street="${CLOSED_LATER}"]`)).toBeVisible();
  const address = async (name: RegExp) => (await page.getByRole('link', { name }).getAttribute('href')) ?? '';

  const calendar = await page.request.get(await address(/calendar/));
  expect([calendar.status(), calendar.headers()['content-type']]).toEqual([200, 'text/calendar; charset=utf-8']);
  // Long lines of a calendar are folded.
  expect((await calendar.text()).replace(/\r\n[ \t]/g, '')).toContain('Streets around the World Forum closed to cars');
  const feed = await page.request.get(await address(/news reader/));
  expect(await feed.text()).toContain('<title>Streets around the World Forum closed to cars</title>');
  const map = (await (await page.request.get(await address(/makers of maps/))).json()) as { features: { properties: { kind: string; street?: string } }[] };
  expect(map.features.some((one) => one.properties.kind === 'closed' && one.properties.street === CLOSED_LATER)).toBe(true);

  // A reader that has it already is told so in few bytes.
  const path = '/api/v1/public/measures';
  const etag = (await page.request.get(path)).headers()['etag'] ?? '';
  expect((await page.request.get(path, { headers: { 'if-none-match': etag } })).status()).toBe(304);
});

test('without a connection it shows what it knew, and says so', async ({ visit }) => {
  const { page, complaints } = await visit({ language: 'en' });
  await page.goto('/residents');
  await expect(page.locator('[data-turns]')).toBeVisible();
  await page.route('**/api/v1/public/**', (route) => route.abort());
  await page.reload();
  await expect(page.getByRole('alert')).toContainText('You have no connection');
  await expect(page.locator('[data-measures]').first()).toBeVisible();
  // The browser itself says that it could not reach it.
  complaints.length = 0;
});
