// One box: words, kind, place and time words in both languages; facets that count only what one may see.
import { expect, test } from '../fixtures';
import { compose, unique } from '../report';

test('time words, kind and place in one box', async ({ signIn }) => {
  const opcw = await signIn('Duty officer OPCW');
  const { page } = opcw;
  const title = unique('Ladder against the fence');
  await page.goto('/compose');
  await compose(page, { title, site: 'OPCW', label: 'GREEN' });
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { name: title })).toBeVisible();

  const word = title.split(' ').at(-1) ?? '';
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await page.keyboard.type(`${word} reports at OPCW last 3 hours`);
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-results="1"]')).toBeVisible();
  await expect(page.getByRole('link', { name: title })).toBeVisible();
  for (const field of ['kind', 'site', 'time']) await expect(page.locator(`[data-meant="${field}"]`)).toBeVisible();

  // The same in Dutch words, and a period in which it was not.
  await page.goto(`/search?q=${encodeURIComponent(`${word} meldingen bij OPCW afgelopen uur`)}`);
  await expect(page.locator('[data-results="1"]')).toBeVisible();
  await page.goto(`/search?q=${encodeURIComponent(`${word} eergisteren`)}`);
  await expect(page.locator('[data-results="0"]')).toBeVisible();

  // What was understood can be taken back.
  await page.getByRole('button', { name: 'Remove eergisteren' }).click();
  await expect(page.locator('[data-results="1"]')).toBeVisible();
  await page.locator('[data-facet="kind:report"]').click();
  await expect(page).toHaveURL(/kind=report/);
  await expect(page.locator('[data-results="1"]')).toBeVisible();

  // A tag is chosen, and chosen again to let it go.
  await page.goto('/search?q=%23test');
  const tag = page.locator('[data-facet="tag:fire"]');
  await expect(page.locator('[data-facet="tag:test"]')).toHaveAttribute('aria-pressed', 'true');
  await tag.click();
  await expect(page).toHaveURL(/q=%23test\+%23fire$/);
  await expect(tag).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByRole('link', { name: 'Fire alarm test finished' })).toBeVisible();
  await tag.click();
  await expect(page).toHaveURL(/q=%23test$/);
});

test('an outsider sees nothing of it: not in results, facets, counts, the map or its list', async ({ signIn }) => {
  const opcw = await signIn('Duty officer OPCW');
  const residents = await signIn("Residents' liaison");
  const page = residents.page;
  const counted = () => page.evaluate(async () => {
    const read = async (path: string) => (await fetch(`/api/v1${path}`)).text();
    // The feed, its count, the map and one day: everything that has a number in it.
    const day = `from=${new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 - 82_800_000).toISOString()}&until=${new Date((Math.floor(Date.now() / 3_600_000) + 1) * 3_600_000).toISOString()}`;
    return Promise.all([read('/items/count'), read('/map?bbox=4.2,52.0,4.4,52.2'), read(`/activity?${day}&buckets=24`), read(`/replay?${day}`)]);
  });
  const listed = page.locator('details.list summary .figures');
  const before = await counted();
  const onMap = await listed.innerText();

  const title = unique('Courier without papers');
  await opcw.page.goto('/compose');
  await compose(opcw.page, { title, site: 'OPCW', label: 'AMBER', to: ['Police'] });
  await opcw.page.keyboard.press('Control+Enter');
  await expect(opcw.page.getByRole('heading', { name: title })).toBeVisible();

  expect(await counted()).toEqual(before);
  await expect(listed).toHaveText(onMap);
  await page.goto(`/search?q=${encodeURIComponent(`${title} today`)}`);
  await expect(page.locator('[data-results="0"]')).toBeVisible();
  await expect(page.locator('[data-facet]')).toHaveCount(0);
});
