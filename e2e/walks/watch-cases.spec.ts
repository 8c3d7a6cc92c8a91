// An analyst holds a story in a case from its signal, sees what is held and why, lets go of it and closes the case; and
// replays the past with another profile, without anything on the desk changing.
import { expect, test } from '../fixtures';
import { ANALYST, call, fill } from './watch-screens';

test.use({ world: 'cases' });

test('a case from a signal to its end, and a replay of the past', async ({ arrive }) => {
  const { page } = await arrive(ANALYST);
  await fill(page);
  await page.goto('/watch/cases');
  await expect(page.getByText('Nothing is held longer')).toBeVisible();

  // Held with one key, a reason and an end.
  await page.goto('/watch');
  const row = page.locator('[data-signal]').filter({ hasText: 'Ingang' });
  await row.click();
  await expect(page.locator('[data-documents] article').first()).toBeVisible();
  await page.keyboard.press('h');
  const holding = page.getByRole('dialog', { name: 'Hold longer than usual' });
  await holding.getByLabel('Name', { exact: true }).fill('Blocked entrance');
  await expect(holding.getByRole('button', { name: 'Hold' })).toBeDisabled();
  await holding.getByLabel('Why it is held').fill('Evidence for the report to the prosecutor');
  await holding.getByRole('button', { name: '180 days' }).click();
  await holding.getByRole('button', { name: 'Hold' }).click();
  await expect(holding).toHaveCount(0);

  // Another story goes in the same case.
  await page.goto('/watch/stories?q=Demonstratie');
  await page.locator('[data-story]').first().click();
  await page.locator('[data-story-detail]').getByRole('button', { name: 'Hold' }).click();
  await holding.getByLabel('Blocked entrance').check();
  await holding.getByRole('button', { name: 'Hold' }).click();
  await expect(holding).toHaveCount(0);

  await page.getByRole('link', { name: 'Cases' }).click();
  const held = page.locator('[data-case]').filter({ hasText: 'Blocked entrance' });
  await expect(held).toContainText('Evidence for the report to the prosecutor');
  await expect(held).toContainText('2 stories · 3 documents');
  await held.click();
  await expect(page.locator('[data-case-page]')).toContainText(`Opened by ${ANALYST}`);
  await expect(page.locator('[data-held]')).toHaveCount(2);

  // Its end and reason change; a story leaves it after a question.
  await page.getByRole('button', { name: 'Change' }).click();
  const changing = page.getByRole('dialog', { name: 'Change Blocked entrance' });
  await changing.getByLabel('Why it is held').fill('The prosecutor asked for it');
  await changing.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('The prosecutor asked for it')).toBeVisible();
  await page.getByRole('button', { name: 'Let go of Demonstratie aangekondigd' }).click();
  const leaving = page.getByRole('dialog', { name: 'Let go of Demonstratie aangekondigd' });
  await expect(leaving).toContainText('1 document goes when its usual time has passed');
  await leaving.getByRole('button', { name: 'Let go' }).click();
  await expect(page.locator('[data-held]')).toHaveCount(1);
  await page.getByRole('button', { name: 'Close the case' }).click();
  const closing = page.getByRole('dialog', { name: 'Close Blocked entrance' });
  await expect(closing).toContainText('cannot be undone');
  await closing.getByRole('button', { name: 'Close the case' }).click();
  await expect(page.getByText('Nothing is held longer')).toBeVisible();

  // The past with another profile.
  const before = await call<{ total: number }>(page, 'GET', '/watch/signals');
  await page.getByRole('link', { name: 'Replay' }).click();
  const form = page.locator('[data-replay-form]');
  await expect(form.getByRole('button', { name: 'Replay' })).toBeDisabled();
  await form.locator('[data-field="profile"]').selectOption('walk-forum');
  await form.getByRole('button', { name: 'Try it otherwise' }).click();
  const trying = page.getByRole('dialog', { name: 'Change World Forum' });
  await trying.locator('[data-field="phrases"]').fill('klimaat');
  await trying.getByRole('button', { name: 'Try this' }).click();
  await expect(form).toContainText('profile World Forum changed');
  // The end lies a minute ahead: the posts came just now.
  await form.locator('[data-field="until"]').evaluate((field: HTMLInputElement) => {
    const soon = new Date(Date.now() + 120_000 - new Date().getTimezoneOffset() * 60_000);
    field.value = soon.toISOString().slice(0, 16);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await form.getByRole('button', { name: 'Replay', exact: true }).click();
  await expect(page.locator('[data-replay-page="done"]')).toBeVisible();
  await expect(page.locator('[data-measure="signals"]')).toBeVisible();
  await expect(page.locator('[data-measure="precision"]')).toContainText('None judged');
  await expect(page.getByRole('heading', { name: /signals? lost/ })).toBeVisible();
  await page.getByRole('button', { name: 'Forget this result' }).click();
  await expect(page.locator('[data-replay]')).toHaveCount(0);
  expect((await call<{ total: number }>(page, 'GET', '/watch/signals')).total).toBe(before.total);
});
