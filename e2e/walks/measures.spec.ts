// A planner raises the level of one zone, finds the least that is enough with its reasons, lays options side by side for the mayor, and
// writes down what was decided; residents read it once it is published.
import { expect, test } from '../fixtures';
import { COORDINATOR, option, PLANNER } from './measures-screens';
import { call } from './watch-screens';

test.use({ world: 'measures' });

interface Plan {
  threat_levels: { zone: string; level: number }[];
  decisions: { decided_by: string; posture: string; alternatives: { name: string; why_not: string }[] }[];
  postures: { id: string; ends: string }[];
  impacts: { measured_minutes_per_day?: number }[];
}

test('from a level to a decision that is shared, and to the residents', async ({ signIn }) => {
  const { page } = await signIn(COORDINATOR);
  const plan = async () => (await call<{ plan: Plan }>(page, 'GET', '/measures/plan')).plan;

  // The level of one zone goes up.
  await page.getByRole('link', { name: 'Measures' }).click();
  const row = page.locator('[data-zone="peace-palace"]');
  await row.getByRole('button', { name: 'Change the level of' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('checkbox', { name: /Peace Palace/ })).toBeChecked();
  await dialog.getByRole('radio', { name: /Level 3/ }).check();
  await dialog.locator('[data-field="why"]').fill('A hearing of the walk draws many visitors.');
  await dialog.getByRole('button', { name: 'Set level' }).click();
  await expect.poll(async () => (await plan()).threat_levels.filter((one) => one.zone === 'peace-palace').map((one) => one.level)).toContain(3);

  // What is enough for it is searched for, and found with a proof.
  const form = page.locator('[data-form="search"]');
  await expect(form.locator('[data-field="name"]')).toHaveValue('The least for level 3');
  await expect(form.getByRole('checkbox', { name: /Peace Palace/ })).toBeChecked();
  await form.getByRole('button', { name: 'Search for the least that is enough' }).click();
  const found = page.locator('[data-option]').filter({ hasText: 'The least for level 3' });
  await expect(found).toContainText('proved the least', { timeout: 120_000 });
  await found.getByRole('link').click();

  // Every measure in it says what fails without it.
  await expect(page.getByText('Proved: nothing lighter meets these norms.')).toBeVisible();
  const measures = page.locator('tr[data-measure]');
  expect(await measures.count()).toBeGreaterThan(3);
  for (const one of await measures.all()) await expect(one.locator('td').nth(2)).not.toBeEmpty();
  await page.getByRole('button', { name: /^Level 2/ }).click();
  await expect(page.getByRole('button', { name: /^Level 2/ })).toHaveAttribute('aria-pressed', 'true');

  // Another option beside it: the mayor's page.
  await option(page, 'No bollards', { must_not: ['bollards-rising'] });
  await page.goto('/measures/options');
  for (const name of ['The least for level 3', 'No bollards']) await page.locator('[data-option]').filter({ hasText: name }).locator('input[type="checkbox"]').check();
  await page.locator('[data-act="compare"]').click();
  const compared = page.locator('[data-compare="2"]');
  await expect(compared.getByRole('heading', { name: 'Measures at level 3' })).toBeVisible();
  await expect(compared.locator('[data-row="norms"]')).toContainText('met');
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('button', { name: 'Print or save as PDF' })).toBeHidden();
  await page.emulateMedia({ media: 'screen' });

  // Decided, with the other one as what was seen; then shared as an item.
  await compared.getByRole('button', { name: 'Decide The least for level 3' }).click();
  await dialog.locator('[data-field="by"]').fill('The mayor of the walk');
  await dialog.locator('[data-field="why"]').fill('It burdens residents least.');
  await dialog.getByLabel('Why not No bollards').fill('It burdens more.');
  await dialog.getByRole('button', { name: 'Write down and go to sharing' }).click();
  await expect(page.getByRole('heading', { name: 'Share a decision' })).toBeVisible();
  await expect(page.locator('#compose-text')).toHaveValue(/Decided by: The mayor of the walk/);
  await expect(page.locator('[data-people]')).toHaveAttribute('aria-busy', 'false');
  await page.locator('.send button[type="submit"]').click();
  await expect(page.locator('[data-item-detail] h1')).toContainText('Level 3');
  const decision = (await plan()).decisions.at(-1);
  expect(decision?.alternatives.map((one) => one.why_not)).toContain('It burdens more.');

  // It holds, it ends, and that is on the timeline.
  await page.goto('/measures');
  await expect(row).toContainText('Level 3');
  await expect(row.locator('time').last()).toContainText('in ');
  await expect(page.locator('svg path.end').first()).toBeAttached();

  // What it turned out to cost is written down beside what was said.
  const impacts = page.locator('[data-impacts]');
  await impacts.locator('summary').first().click();
  await impacts.locator('[data-act="measured"]').first().click();
  const written = page.getByRole('dialog');
  await written.locator('input[data-impact]').first().fill('12,5');
  await written.locator('[data-field="how"]').fill('Counted on a morning of the walk');
  await written.getByRole('button', { name: 'Save' }).click();
  await expect.poll(async () => (await plan()).impacts.map((one) => one.measured_minutes_per_day)).toContain(12.5);
  await expect(impacts).toContainText('in 1 of');
});

test('streets are closed, what that costs is told at once, and a measure takes it over', async ({ signIn }) => {
  const { page } = await signIn(COORDINATOR);
  await page.goto('/measures/streets');
  await expect(page.locator('[data-ready="true"]').first()).toBeAttached();
  const square = page.locator('[data-street="Churchillplein"] button[aria-pressed]');
  const effect = page.locator('[data-effect]');
  await expect(square).toHaveAttribute('aria-pressed', 'false');
  await square.click();
  await expect(square).toHaveAttribute('aria-pressed', 'true');
  await expect(page.locator('[data-took]')).toContainText('ms');
  await expect(effect).toContainText('minutes');
  await page.locator('main').press('Control+z');
  await expect(square).toHaveAttribute('aria-pressed', 'false');
  await page.locator('main').press('Control+y');
  await expect(square).toHaveAttribute('aria-pressed', 'true');
  const reach = page.locator('[data-reach]');
  await reach.locator('summary').click();
  await expect(reach.locator('[data-told]')).toContainText('households within 5 minutes');
  await reach.locator('[data-field="minutes"]').fill('0');
  await expect(reach.getByRole('alert')).toBeVisible();
  await reach.locator('[data-field="mode"]').selectOption('car');
  await reach.locator('[data-field="minutes"]').fill('2');
  await expect(reach.locator('[data-told]')).toContainText('within 2 minutes');
  const takeover = page.locator('[data-takeover]');
  await takeover.locator('[data-field="target"]').selectOption('planters-squares');
  await takeover.locator('[data-field="source"]').fill('A walk around the square');
  await takeover.locator('[data-act="take"]').click();
  const closures = async () => (await call<{ plan: { measures: { id: string; closures: { streets: string[] }[] }[] } }>(page, 'GET', '/measures/plan')).plan.measures.find((one) => one.id === 'planters-squares')?.closures ?? [];
  await expect.poll(async () => (await closures()).flatMap((one) => one.streets)).toContain('Churchillplein');
});

test('a planner prepares and does not publish; who plans nothing has no such page', async ({ signIn }) => {
  const { page } = await signIn(PLANNER);
  await page.goto('/measures/residents');
  await expect(page.locator('[data-publication]')).toBeVisible();
  await expect(page.locator('[data-act="publish"]')).toBeDisabled();
  const { page: other } = await signIn('Duty officer Europol');
  await expect(other.getByRole('link', { name: 'Measures' })).toHaveCount(0);
  await other.goto('/measures');
  await expect(other.getByText('There is nothing here')).toBeVisible();
});
