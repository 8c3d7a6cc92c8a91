// Composing, as people do it: through labels and keys, not through markup.
import { expect, type Page } from '@playwright/test';

export interface Wording {
  title: string;
  text?: string;
  site?: string;
  label?: string;
  to?: string[];
}

/** Fills the form of compose and waits until the screen says who will read it. Answers with how many people. */
export async function compose(page: Page, { title, text = '', site, label = 'AMBER', to = [] }: Wording): Promise<number> {
  await page.getByLabel('What', { exact: true }).fill(title);
  if (text) await page.getByLabel('The rest: who, how, what is not known').fill(text);
  if (site) await page.getByLabel('Site or zone').selectOption({ label: site });
  await page.locator(`[data-option="${label}"]`).click();
  const chosen = page.getByRole('list', { name: 'Named' });
  for (const remove of await chosen.getByRole('button').all()) await remove.click();
  const box = page.getByRole('combobox', { name: /^\+/ });
  for (const name of to) {
    await box.fill(name);
    await page.locator('[data-choice]:visible').filter({ hasText: name }).first().click();
    await expect(chosen).toContainText(name);
  }
  await page.keyboard.press('Escape');
  const preview = page.locator('[data-people]');
  await expect(preview).toHaveAttribute('aria-busy', 'false');
  await expect(preview).toHaveAttribute('data-people', /^\d+$/);
  return Number(await preview.getAttribute('data-people'));
}

/** A title nobody else uses, so that walks do not meet each other's items. */
export const unique = (words: string): string => `${words} ${Date.now().toString(36)}${Math.floor(Math.random() * 1296).toString(36)}`;
