// The past: what a member was entitled to see then and is now, by hand, by key and by link; and one way back.
import { expect, expectAccessible, test } from '../fixtures';
import { compose, unique } from '../report';

const HOUR_MS = 3_600_000;
const written = (at: number) => new Date(Math.floor(at / 1000) * 1000).toISOString().replace('.000', '');

test('the time bar moves the picture through the past, and back to live', async ({ signIn }) => {
  const { page } = await signIn('Duty officer Europol');
  const track = page.getByRole('slider', { name: /^Moment shown/ });
  await expect(page.locator('[data-bars="96"]')).toBeAttached();

  // With the keyboard: one step back is already the past.
  await track.focus();
  await page.keyboard.press('PageDown');
  await expect(page.locator('[data-past]')).toContainText('You are looking at the past');
  await expect(page).toHaveURL(/\?at=/);
  await expect(page.locator('[data-replay="ready"]')).toBeVisible();
  await expect(page.locator('[data-span]').first()).toBeVisible();
  await expectAccessible(page, 'the past');

  // By hand, back to live at the end of the bar.
  const box = await track.boundingBox();
  if (!box) throw new Error('no time bar');
  await page.mouse.move(box.x + box.width * 0.9, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.8, box.y + 20, { steps: 5 });
  await page.mouse.up();
  await expect(page.locator('[data-past]')).toBeVisible();
  await page.keyboard.press('l');
  await expect(page.locator('[data-past]')).toHaveCount(0);
  await expect(page).toHaveURL(/\/$/);
  await expect(page.locator('[data-item]').first()).toBeVisible();
});

test('playing runs the clock, and pausing stops it', async ({ signIn }) => {
  const { page } = await signIn('Duty officer Europol');
  await page.goto(`/?at=${written(Date.now() - 3 * HOUR_MS)}`);
  await expect(page.locator('[data-replay="ready"]')).toBeVisible();
  const clock = page.locator('[data-clock]');
  const before = await clock.innerText();
  await page.getByLabel('Speed').selectOption('600');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Play' }).click();
  await expect(clock).not.toHaveText(before);
  await page.getByRole('button', { name: 'Pause' }).click();
  const stopped = await clock.innerText();
  await expect(page).toHaveURL(/\?at=/);
  expect(await clock.innerText()).toBe(stopped);
});

test('a link to a moment shows what stood then, in the version of then', async ({ signIn }) => {
  const opcw = await signIn('Duty officer OPCW');
  const residents = await signIn("Residents' liaison");
  const title = unique('Gate stuck open');
  await opcw.page.goto('/compose');
  await compose(opcw.page, { title, site: 'OPCW', label: 'AMBER', to: ['Police'] });
  await opcw.page.keyboard.press('Control+Enter');
  await expect(opcw.page.getByRole('heading', { name: title })).toBeVisible();
  const item = new URL(opcw.page.url()).pathname.split('/').at(-1) ?? '';
  const shared = Date.now();

  // A moment before it: nothing of it. A moment after: there it is, to be read and not to be acted on.
  await opcw.page.goto(`/?at=${written(shared - HOUR_MS)}`);
  await expect(opcw.page.locator('[data-replay="ready"]')).toBeVisible();
  await expect(opcw.page.locator(`[data-span="${item}"]`)).toHaveCount(0);
  await expect.poll(() => Date.now() - shared).toBeGreaterThan(2_000);
  const after = written(Date.now());
  await opcw.page.goto(`/?at=${after}`);
  await opcw.page.locator(`[data-span="${item}"]`).click();
  await expect(opcw.page.locator(`[data-past-item="${item}"]`)).toContainText(title);
  await expect(opcw.page.getByRole('button', { name: 'Acknowledge' })).toHaveCount(0);
  await opcw.page.getByRole('button', { name: 'Show it as it is now' }).click();
  await expect(opcw.page.locator('[data-item-detail] h1')).toHaveText(title);

  // The same moments for who was never told: neither in the past nor in its detail.
  await residents.page.goto(`/item/${item}?at=${after}`);
  await expect(residents.page.getByText('There is nothing here')).toBeVisible();
  await expect(residents.page.locator('[data-replay="ready"]')).toBeVisible();
  await expect(residents.page.locator(`[data-span="${item}"]`)).toHaveCount(0);
});
