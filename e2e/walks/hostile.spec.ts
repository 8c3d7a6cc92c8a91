// Text stays text: markup in any field is shown as it was written, and runs nowhere.
import { expect, test } from '../fixtures';
import { compose, unique } from '../report';

const ATTACK = '<img src=x onerror="alert(1)"><script>alert(2)</script><svg onload=alert(3)>';

test('markup in every text field stays text', async ({ signIn }) => {
  const opcw = await signIn('Duty officer OPCW');
  const europol = await signIn('Duty officer Europol');
  const { page } = opcw;
  const title = `${unique('Odd')} ${ATTACK}`;
  await page.goto('/compose');
  await compose(page, { title, text: `${ATTACK}\n\n- ${ATTACK}\n\n> ${ATTACK}\n\n\`${ATTACK}\` **${ATTACK}** [link](javascript:alert(4))`, label: 'GREEN' });
  await page.getByLabel('Place in words, such as south gate').fill(ATTACK);
  await page.getByText('More: urgency, source, handling, retention').click();
  await page.getByLabel('Tags').fill('<b>tag</b>');
  await page.getByLabel('Rests on').fill('<i>source</i>');
  await page.locator('input[type="file"]').setInputFiles({ name: '<img src=x onerror=alert(5)>.txt', mimeType: 'text/plain', buffer: Buffer.from('<script>alert(6)</script>') });
  await expect(page.getByRole('list', { name: 'Attachments' })).toContainText('onerror');
  await page.getByRole('button', { name: /^Share/ }).click();

  for (const { page: screen } of [opcw, europol]) {
    if (screen !== page) await screen.getByRole('link', { name: title }).click();
    const detail = screen.locator('[data-item-detail]');
    await expect(detail.getByRole('heading', { level: 1 })).toHaveText(title);
    await expect(detail).toContainText('<b>tag</b>');
    await expect(detail).toContainText('<i>source</i>');
    await expect(detail).toContainText('javascript:alert(4)');
    await expect(detail.locator('img, script, b:has-text("tag"), a[href^="javascript"]')).toHaveCount(0);
  }
  await europol.page.goto(`/search?q=Odd`);
  await expect(europol.page.getByText(title).first()).toBeVisible();
});

test('the screens are served under a strict policy', async ({ visit, node }) => {
  const { page } = await visit();
  const response = await page.goto(`${node.origin}/`);
  const policy = response?.headers()['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|\*/);
});
