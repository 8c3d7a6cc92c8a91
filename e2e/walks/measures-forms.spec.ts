// What a planner once could change by file only: a destination, trips that go there, a zone, and the contact for residents. All of it is
// typed, saved, and there after reading the page again; what something else names stays; what would give a hidden measure away is refused.
import { expect, test } from '../fixtures';
import { COORDINATOR } from './measures-screens';
import { call } from './watch-screens';

test.use({ world: 'measures' });

interface Plan {
  zones: { id: string; name: string }[];
  destinations: { id: string; name: string; at: [number, number]; origin: { source: string } }[];
  travels: { group: string; mode: string; trips_per_household_per_day: number; to: { destination: string; share: number }[] }[];
  emergency_from: string[];
  contact: { name: string; telephone: string; object: { en: string; nl: string } };
  measures: { name: string; origin: { publication: string } }[];
}

test('a destination, trips and a zone are added by forms, and stay while something names them', async ({ signIn }) => {
  const { page } = await signIn(COORDINATOR);
  const plan = async () => (await call<{ plan: Plan }>(page, 'GET', '/measures/plan')).plan;
  const dialog = page.getByRole('dialog');

  // Somewhere to go: at a street by its name, moved by a figure.
  await page.goto('/measures/plan/travel');
  await page.locator('[data-act="destination"]').click();
  await dialog.locator('[data-field="name"]').fill('Market of the walk');
  await expect(dialog.locator('[data-ready="true"]')).toBeAttached();
  await dialog.locator('[data-field="take"]').fill('Churchillplein');
  await expect(dialog.locator('[data-field="latitude"]')).toHaveValue(/^52\.\d+$/);
  await expect(dialog).toContainText('Churchillplein, 0 m away');
  const north = await dialog.locator('[data-field="latitude"]').inputValue();
  await dialog.locator('[data-field="latitude"]').fill('4.28');
  await expect(dialog).toContainText('No street within 500 m');
  await dialog.locator('[data-field="latitude"]').fill(north);
  await expect(dialog.getByRole('button', { name: 'Save' })).toBeDisabled();
  await dialog.locator('[data-field="help"]').check();
  await dialog.locator('[data-field="source"]').fill('A walk around the market');
  await dialog.getByRole('button', { name: 'Save' }).click();
  const market = page.locator('[data-destination="market-of-the-walk"]');
  await expect(market).toContainText('Emergency services come from here');

  // Trips that go there: their shares come to 100% before they can be saved.
  const before = (await plan()).travels.length;
  await page.locator('[data-act="travel"]').click();
  await dialog.locator('[data-field="group"]').selectOption('permit-holders');
  await dialog.locator('[data-field="mode"]').selectOption('bike');
  await dialog.locator('[data-field="trips"]').fill('0.4');
  await dialog.locator('[data-field="source"]').fill('Counted on the walk');
  const row = (destination: string) => dialog.locator(`[data-share="${destination}"] [data-field="share"]`);
  await row('market-of-the-walk').fill('75');
  await row('gate-west').fill('30');
  await expect(dialog.locator('[data-sum]')).toHaveText(/105% together: 5% too much/);
  await expect(dialog.getByRole('button', { name: 'Save' })).toBeDisabled();
  await row('gate-west').fill('25');
  await expect(dialog.locator('[data-sum]')).toHaveText(/100% together/);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect.poll(async () => (await plan()).travels.length).toBe(before + 1);

  await page.reload();
  await expect(page.locator('[data-travel="permit-holders/bike"]')).toContainText('Market of the walk');
  const kept = await plan();
  expect(kept.travels.at(-1)).toMatchObject({ group: 'permit-holders', mode: 'bike', trips_per_household_per_day: 0.4, to: [{ destination: 'gate-west', share: 0.25 }, { destination: 'market-of-the-walk', share: 0.75 }] });
  expect(kept.destinations.at(-1)?.origin.source).toBe('A walk around the market');
  expect(kept.emergency_from).toContain('market-of-the-walk');

  // It stays while trips go there; without them it goes, and help no longer comes from it.
  await market.getByRole('button', { name: 'Remove' }).click();
  await expect(dialog).toContainText('Travel, Permit holders, Bicycle');
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await page.locator('[data-travel="permit-holders/bike"]').getByRole('button', { name: 'Remove' }).click();
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(page.locator('[data-travel="permit-holders/bike"]')).toHaveCount(0);
  await market.getByRole('button', { name: 'Remove' }).click();
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(market).toHaveCount(0);
  expect((await plan()).emergency_from).not.toContain('market-of-the-walk');

  // A zone; the ones that are named stay.
  await page.goto('/measures/plan/area');
  await page.locator('[data-act="zones"]').click();
  await dialog.locator('[data-field="name"]').fill('Zone of the walk');
  await dialog.locator('[data-field="source"]').fill('A walk');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('[data-record="zones/zone-of-the-walk"]')).toBeVisible();
  await page.locator('[data-record="zones/world-forum"]').getByRole('button', { name: 'Remove' }).click();
  await expect(dialog).toContainText('It stays while these records of the plan name it');
  await page.keyboard.press('Escape');
  await page.locator('[data-record="zones/zone-of-the-walk"]').getByRole('button', { name: 'Remove' }).click();
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(page.locator('[data-record="zones/zone-of-the-walk"]')).toHaveCount(0);
});

test('the contact for residents is changed by a form, and what would give a hidden measure away is refused by its field', async ({ signIn }) => {
  const { page } = await signIn(COORDINATOR);
  const plan = async () => (await call<{ plan: Plan }>(page, 'GET', '/measures/plan')).plan;
  const before = (await plan()).contact;
  const hidden = (await plan()).measures.find((one) => one.origin.publication !== 'public')?.name ?? '';
  expect(hidden).not.toBe('');

  await page.goto('/measures/plan/contact');
  const saving = page.locator('[data-save]');
  const field = (name: string) => page.locator(`[data-field="${name}"]`);
  await expect(field('contact-name')).toHaveValue(before.name);
  await field('contact-telephone').fill('call us');
  await expect(saving.locator('[data-act="save"]')).toBeDisabled();
  await field('contact-telephone').fill('14 070');
  await field('object-en').fill(`Write to us about ${hidden}.`);
  await saving.locator('[data-act="save"]').click();
  await expect(saving.locator('[data-faults]')).toContainText('a measure that is not public');
  await expect(page.locator('section', { has: field('object-en') }).getByRole('alert')).toContainText('a measure that is not public');
  expect((await plan()).contact.telephone).toBe(before.telephone);

  await field('object-en').fill('Write to us within six weeks.');
  await field('object-nl').fill('Schrijf ons binnen zes weken.');
  await saving.locator('[data-act="save"]').click();
  await expect(saving).toHaveCount(0);
  await page.reload();
  await expect(field('contact-telephone')).toHaveValue('14 070');
  await expect(field('object-nl')).toHaveValue('Schrijf ons binnen zes weken.');
  expect((await plan()).contact).toMatchObject({ telephone: '14 070', object: { en: 'Write to us within six weeks.' } });
});
