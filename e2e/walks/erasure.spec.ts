// Someone asks to erase, the originator refuses once and erases once, and both can prove it afterwards; an organisation
// keeps an item to fewer of its own.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import { compose, unique } from '../report';

async function share(page: Page, title: string, to: string[]): Promise<string> {
  await page.goto('/compose');
  await compose(page, { title, label: 'AMBER', to });
  await page.getByRole('button', { name: /^Share with/ }).click();
  await expect(page.locator('[data-item-detail] h1')).toHaveText(title);
  return new URL(page.url()).pathname;
}

async function askToErase(page: Page, title: string, reason: string): Promise<void> {
  await page.goto('/');
  await page.getByRole('link', { name: title }).click();
  await expect(page.locator('[data-item-detail] h1')).toHaveText(title);
  await page.getByLabel('More actions').click();
  await page.getByRole('button', { name: 'Ask to erase' }).click();
  const dialog = page.getByRole('dialog', { name: 'Ask to erase this item' });
  await expect(dialog).toContainText('OPCW decides');
  await expect(dialog).toContainText('You find the answer under Accountability');
  await expect(dialog.getByRole('button', { name: 'Ask to erase' })).toBeDisabled();
  await dialog.getByLabel('Why must it go?').fill(reason);
  await dialog.getByRole('button', { name: 'Ask to erase' }).click();
  await expect(page.getByText('You asked OPCW to erase it.').first()).toBeVisible();
  await expect(dialog).toHaveCount(0);
}

test('a request to erase is refused, another is granted, and the ledger still verifies', async ({ signIn }) => {
  const opcw = await signIn('Duty officer OPCW');
  const europol = await signIn('Duty officer Europol');
  const [kept, gone] = [unique('Guest list of Tuesday'), unique('Photograph of a passer-by')];
  await share(opcw.page, kept, ['Europol']);
  const address = await share(opcw.page, gone, ['Europol']);
  await askToErase(europol.page, kept, 'Names of guests are in it.');
  await askToErase(europol.page, gone, 'A person can be recognised.');

  // Once is enough.
  await europol.page.getByLabel('More actions').click();
  await europol.page.getByRole('button', { name: 'Ask to erase' }).click();
  await europol.page.getByLabel('Why must it go?').fill('Once more.');
  await europol.page.getByRole('dialog').getByRole('button', { name: 'Ask to erase' }).click();
  await expect(europol.page.getByRole('dialog').getByRole('alert')).toContainText('has asked for this already');
  await europol.page.keyboard.press('Escape');

  // Who answers for the originator.
  const { page } = await signIn('Administrator OPCW');
  await page.goto('/account');
  await page.getByRole('link', { name: 'Requests to erase' }).click();
  const waiting = page.getByRole('list', { name: 'Asked of your organisation' }).getByRole('listitem');
  const one = waiting.filter({ hasText: 'Names of guests are in it.' });
  await expect(one).toContainText('Europol asks to erase');
  await expect(one).toContainText('asked today');
  await one.getByRole('button', { name: 'Refuse' }).click();
  const refusal = page.getByRole('dialog', { name: 'Refuse to erase this item' });
  await expect(refusal).toContainText('The item stays as it is.');
  await refusal.getByLabel('Reason').fill('It is needed until the visit is over.');
  await refusal.getByRole('button', { name: 'Refuse' }).click();
  await expect(one).toHaveCount(0);
  await expect(page.locator('[data-decided="refused"]').filter({ hasText: 'Names of guests' })).toContainText('It is needed until the visit is over.');

  await waiting.filter({ hasText: 'A person can be recognised.' }).getByRole('link', { name: 'Erase the item' }).click();
  const erasing = page.getByRole('dialog', { name: 'Erase this item for good' });
  await expect(erasing).toContainText(gone);
  await erasing.getByLabel('Reason').fill('Asked for by Europol.');
  await erasing.getByRole('checkbox').check();
  await erasing.getByRole('button', { name: 'Erase' }).click();
  await expect(page.locator('[data-deed-done="erase"]')).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();

  // Gone for everybody, also for who wrote it; what was refused is still there.
  for (const person of [opcw, europol]) {
    await person.page.goto(address);
    await expect(person.page.locator('[data-item-detail]').getByText('There is nothing here')).toBeVisible();
    await expect(person.page.getByRole('link', { name: kept })).toBeVisible();
    await expect(person.page.getByRole('link', { name: gone })).toHaveCount(0);
  }
  // Who asked sees what became of both, and nothing of what is gone.
  await europol.page.goto('/account/erasure');
  await expect(europol.page.locator('[data-decided="refused"]').filter({ hasText: kept })).toContainText('It is needed until the visit is over.');
  await expect(europol.page.locator('[data-decided="erased"]').first()).toContainText('gone with the item');
  await expect(europol.page.getByText('A person can be recognised.')).toHaveCount(0);

  const auditor = await signIn('Auditor OPCW');
  await auditor.page.goto('/account/ledger');
  await auditor.page.locator('[data-verification] button').click();
  await expect(auditor.page.locator('[data-verification="done"]')).toContainText('Everything is in order');
});

test('an organisation keeps an item to some of its own members', async ({ signIn }) => {
  const opcw = await signIn('Duty officer OPCW');
  const administrator = await signIn('Administrator Europol');
  const europol = await signIn('Duty officer Europol');
  const analyst = await signIn('Analyst Europol');
  const title = unique('Route of the motorcade');
  const address = await share(opcw.page, title, ['Europol']);
  const row = analyst.page.getByRole('link', { name: title });
  await expect(row).toBeVisible();

  const { page } = administrator;
  await page.getByRole('link', { name: title }).click();
  await expect(page.locator('[data-item-detail] h1')).toHaveText(title);
  await page.getByLabel('More actions').click();
  await page.getByRole('button', { name: 'Keep it to some of us' }).click();
  const dialog = page.getByRole('dialog', { name: 'Keep this to some of our members' });
  await expect(dialog).toContainText('Other organisations keep what they have');
  await expect(dialog.getByText('Analyst Europol')).toBeVisible();
  await dialog.getByRole('checkbox', { name: /Duty officer Europol/ }).check();
  await dialog.getByRole('button', { name: 'Keep it to some of us' }).click();
  await expect(page.locator('[data-deed-done="restrict"]')).toContainText('Only those chosen still see it in our organisation.');
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();

  // Gone where it was on the screen, and by its address.
  await expect(row).toHaveCount(0);
  await analyst.page.goto(address);
  await expect(analyst.page.locator('[data-item-detail]').getByText('There is nothing here')).toBeVisible();
  for (const person of [opcw, administrator, europol]) {
    await person.page.goto(address);
    await expect(person.page.locator('[data-item-detail] h1')).toHaveText(title);
  }

  // Nobody chosen opens it again.
  await page.getByLabel('More actions').click();
  await page.getByRole('button', { name: 'Keep it to some of us' }).click();
  await expect(dialog).toContainText('open to all of us who may read it');
  await dialog.getByRole('button', { name: 'Keep it to some of us' }).click();
  await expect(page.locator('[data-deed-done="restrict"]')).toBeVisible();
  await analyst.page.reload();
  await expect(analyst.page.locator('[data-item-detail] h1')).toHaveText(title);
});
