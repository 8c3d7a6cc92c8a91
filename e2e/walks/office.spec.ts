// What people do all day: report from a phone, ask and answer, gather, release, and find out afterwards who saw it.
import { expect, test } from '../fixtures';
import { startOwnNode } from '../node';
import { compose, unique } from '../report';

/** One grey pixel. */
const PHOTO = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

test('a guard reports from a phone: template, photo, own place', async ({ signIn }) => {
  const { page } = await signIn('Shift supervisor OPCW', { phone: true });
  await page.context().grantPermissions(['geolocation']);
  await page.context().setGeolocation({ latitude: 52.0905, longitude: 4.2834, accuracy: 12 });
  const began = Date.now();
  await page.getByRole('link', { name: 'Share something new' }).tap();
  await page.locator('[data-template="vehicle"]').tap();
  const title = unique('Vehicle: grey van');
  await page.getByLabel('What', { exact: true }).fill(title);
  await page.getByLabel('The rest: who, how, what is not known').fill('- Make, type and colour: grey van\n- Number of people in it: ');
  await page.locator('input[capture]').setInputFiles({ name: 'gate.png', mimeType: 'image/png', buffer: PHOTO });
  await page.getByRole('button', { name: 'Where I am' }).tap();
  await expect(page.getByText('52.09050° N 4.28340° E')).toBeVisible();
  await expect(page.getByRole('list', { name: 'Attachments' })).toContainText('gate.png');
  await page.getByRole('button', { name: /^Share with/ }).tap();
  const detail = page.locator('[data-item-detail]');
  await expect(detail.getByRole('heading', { name: title })).toBeVisible();
  console.log(`reported from a phone in ${Date.now() - began} ms`);
  await expect(detail.getByRole('img', { name: 'gate.png' })).toBeVisible();
  await expect(detail).toContainText('grey van');
  // A question nobody answered is not shared.
  await expect(detail).not.toContainText('Number of people in it');
});

test('two are asked and do not learn of each other; one answers', async ({ signIn }) => {
  const opcw = await signIn('Duty officer OPCW');
  const europol = await signIn('Duty officer Europol');
  const icj = await signIn('Duty officer ICJ');
  const title = unique('Is this van known');
  await opcw.page.goto('/compose?kind=request');
  await opcw.page.getByLabel('What', { exact: true }).fill(title);
  await opcw.page.locator('[data-option="AMBER"]').click();
  const box = opcw.page.getByRole('combobox', { name: 'Choose an organisation' });
  for (const [name, id] of [['Europol', 'europol'], ['International Court of Justice', 'icj']] as const) {
    await box.fill(name);
    await opcw.page.locator(`[data-choice="${id}"]:visible`).click();
  }
  await opcw.page.keyboard.press('Escape');
  await opcw.page.getByRole('button', { name: 'in 1 hour', exact: true }).click();
  await expect(opcw.page.getByRole('region', { name: 'Who will be able to read this' })).toContainText('None of them learns');
  await opcw.page.getByRole('button', { name: 'Ask 2 organisations' }).click();
  await expect(opcw.page.locator('[data-item-detail] h1')).toHaveText(title);

  for (const [{ page }, other] of [[europol, 'icj'], [icj, 'europol']] as const) {
    await page.getByRole('link', { name: title }).first().click();
    await expect(page.locator('[data-item-detail] h1')).toHaveText(title);
    // Once in the list, and nothing in what the node answers names the other.
    await expect(page.getByRole('link', { name: title })).toHaveCount(1);
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const told = await page.evaluate(async (item) => (await fetch(`/api/v1/items/${item}`)).text(), id);
    expect(told).toContain(title);
    expect(told).not.toContain(`"${other}"`);
  }

  await europol.page.keyboard.press('r');
  const answer = unique('Yes, it is ours');
  await europol.page.getByLabel('What', { exact: true }).fill(answer);
  await expect(europol.page.locator('[data-people]')).toHaveAttribute('aria-busy', 'false');
  await europol.page.keyboard.press('Control+Enter');
  await expect(europol.page.getByRole('region', { name: 'Thread' })).toContainText(answer);
  await opcw.page.goto('/');
  await expect(opcw.page.getByRole('link', { name: title })).toHaveCount(2);
  await expect(icj.page.getByText(answer)).toHaveCount(0);
});

test('a situation report takes the strictest label of what it gathers', async ({ signIn }) => {
  const { page } = await signIn('Duty officer OPCW');
  const residents = await signIn("Residents' liaison");
  const [open, narrow] = [unique('Street lights out'), unique('Van again')];
  for (const [title, label, to] of [[open, 'GREEN', []], [narrow, 'AMBER', ['World Forum neighbours']]] as const) {
    await page.goto('/compose');
    await compose(page, { title, label, to: [...to] });
    await page.keyboard.press('Control+Enter');
    await expect(page.locator('[data-item-detail] h1')).toHaveText(title);
  }
  await page.goto('/compose');
  await page.getByRole('link', { name: 'Situation report' }).click();
  for (const title of [open, narrow]) await page.getByRole('checkbox', { name: new RegExp(title) }).check();
  await expect(page.getByRole('status').filter({ hasText: 'items chosen' })).toContainText('can read all of it');
  await page.getByRole('button', { name: 'Write the report' }).click();
  await expect(page.getByLabel('The rest: who, how, what is not known')).toHaveValue(new RegExp(`${narrow}[^]*${open}|${open}[^]*${narrow}`));
  const name = unique('Situation report of the evening');
  await page.getByLabel('What', { exact: true }).fill(name);
  await expect(page.locator('[data-people]')).toHaveAttribute('aria-busy', 'false');
  await page.getByRole('button', { name: /^Share with/ }).click();
  const detail = page.locator('[data-item-detail]');
  await expect(detail.getByRole('heading', { name })).toBeVisible();
  await expect(detail.locator('.item-meta').first()).toContainText(/TLP:AMBER(?!\+)/);
  await expect(detail.getByRole('link', { name: narrow })).toBeVisible();
  await residents.page.goto(`/search?q=${encodeURIComponent(name)}`);
  await expect(residents.page.locator('[data-results="0"]')).toBeVisible();
});

test('an originator amends and releases; each step says what it comes to', async ({ signIn }) => {
  const opcw = await signIn('Duty officer OPCW');
  const residents = await signIn("Residents' liaison");
  const title = unique('Gate closed for repair');
  const { page } = opcw;
  await page.goto('/compose');
  await compose(page, { title, text: 'The north gate is closed.', label: 'AMBER', to: ['World Forum neighbours'] });
  await page.keyboard.press('Control+Enter');
  const detail = page.locator('[data-item-detail]');
  await expect(detail.getByRole('heading', { name: title })).toBeVisible();

  await page.getByLabel('More actions').click();
  await page.getByRole('link', { name: 'Amend' }).click();
  await page.getByLabel('The rest: who, how, what is not known').fill('The south gate is closed.');
  await page.getByRole('button', { name: 'Sign the new version' }).click();
  await detail.getByText('History: 2 versions').click();
  await expect(detail.locator('del')).toHaveText(/north/);
  await expect(detail.locator('ins')).toHaveText(/south/);

  await expect(residents.page.getByRole('link', { name: title })).toHaveCount(0);
  await page.getByLabel('More actions').click();
  await page.getByRole('button', { name: 'Release' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('input[value="GREEN"]').check();
  await dialog.getByLabel('Reason').fill('Neighbours ask about it.');
  const count = (side: number) => dialog.locator('.effect b').nth(side).innerText().then(Number);
  await expect(dialog.locator('.effect b')).toHaveCount(2);
  expect(await count(1)).toBeGreaterThan(await count(0));
  const promised = await count(1);
  await dialog.getByRole('button', { name: 'Release' }).click();
  await expect(dialog.locator('[data-deed-done="release"]')).toContainText('The release is in the ledger.');
  expect(await count(1)).toBe(promised);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(residents.page.getByRole('link', { name: title })).toBeVisible();
  // The proof is checked in this browser.
  await detail.getByText('Signed by OPCW').click();
  await expect(detail.locator('[data-included="true"]')).toBeVisible();
});

test('an auditor finds who read an item', async ({ signIn }) => {
  const opcw = await signIn('Duty officer OPCW');
  const europol = await signIn('Duty officer Europol');
  const title = unique('Badge found at the gate');
  await opcw.page.goto('/compose');
  await compose(opcw.page, { title, label: 'AMBER', to: ['Europol'] });
  await opcw.page.keyboard.press('Control+Enter');
  await expect(opcw.page.locator('[data-item-detail] h1')).toHaveText(title);
  const address = opcw.page.url();
  await europol.page.getByRole('link', { name: title }).click();
  await expect(europol.page.locator('[data-item-detail] h1')).toHaveText(title);

  const { page } = await signIn('Auditor OPCW');
  await page.goto('/account/seen');
  await page.getByLabel('Item', { exact: true }).fill(address);
  await page.getByRole('button', { name: 'Look it up' }).click();
  const by = page.getByRole('list', { name: 'Consultations by organisation' });
  await expect(by).toContainText('OPCW');
  await expect(by).toContainText('Duty officer OPCW');
  await expect(by).toContainText('Europol');
  // Who of another organisation it was is for that organisation's own auditors.
  await expect(by).not.toContainText('Duty officer Europol');
  await page.goto('/access?action=open');
  await expect(page.getByRole('cell', { name: 'opened' }).first()).toBeVisible();
  await expect(page.getByRole('cell', { name: 'list', exact: true })).toHaveCount(0);
});

test('an attempt whose answer was lost is not shared twice, and what changed since becomes its next version', async ({ signIn }) => {
  const { page } = await signIn('Duty officer OPCW');
  const title = unique('Smoke behind the hall');
  await page.goto('/compose');
  await compose(page, { title, text: 'White smoke.', label: 'GREEN' });
  let lost = 0;
  await page.route('**/api/v1/items', async (route) => {
    if (route.request().method() !== 'POST' || lost > 0) return route.fallback();
    lost += 1;
    await route.fetch();
    return route.abort('connectionreset');
  });
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('alert').filter({ hasText: 'Nothing is lost' })).toBeVisible();
  await page.reload();
  await expect(page.getByText('sending it again does not share it twice')).toBeVisible();
  await page.getByLabel('The rest: who, how, what is not known').fill('White smoke, from the kitchen.');
  await page.getByRole('button', { name: /^Share/ }).click();
  const detail = page.locator('[data-item-detail]');
  await expect(detail.getByRole('heading', { name: title })).toBeVisible();
  await expect(detail).toContainText('from the kitchen');
  await expect(detail.getByText('History: 2 versions')).toBeVisible();
  await page.goto(`/search?q=${encodeURIComponent(title)}`);
  await expect(page.locator('[data-results="1"]')).toBeVisible();
  expect(lost).toBe(1);
});

test('a purpose that is taken away takes sight away at once', async ({ signIn }) => {
  const administrator = await signIn('Administrator Europol');
  const analyst = await signIn('Analyst Europol');
  const opcw = await signIn('Duty officer OPCW');
  const title = unique('For site security only');
  await opcw.page.goto('/compose');
  await compose(opcw.page, { title, label: 'AMBER', to: ['Europol'] });
  await opcw.page.keyboard.press('Control+Enter');
  await analyst.page.getByRole('link', { name: title }).click();
  await expect(analyst.page.locator('[data-item-detail] h1')).toHaveText(title);

  const { page } = administrator;
  await page.goto('/members');
  const row = page.getByRole('listitem').filter({ hasText: 'Analyst Europol' });
  await row.getByRole('button', { name: 'Change' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Site security').uncheck();
  await expect(dialog).toContainText('no longer sees what was shared for: Site security');
  await expect(dialog).toContainText('becomes an entry of the ledger');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toHaveCount(0);
  await analyst.page.reload();
  await expect(analyst.page.locator('[data-item-detail]').getByText('There is nothing here')).toBeVisible();
  await row.getByRole('button', { name: 'Change' }).click();
  await page.getByRole('dialog').getByLabel('Site security').check();
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('the shell is kept for a lost connection, and no answer of the node is', async ({ signIn }) => {
  const { page } = await signIn('Duty officer OPCW');
  await page.goto('/account/ledger');
  await expect(page.locator('[data-ledger="first"]')).toHaveCount(2);
  await page.getByRole('button', { name: 'Check again' }).click();
  await expect(page.locator('[data-ledger="grown"]')).toHaveCount(2);
  await page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state);
  await page.reload();
  await expect(page.locator('[data-stream="live"]')).toBeAttached();
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map((one) => new URL(one.url).pathname);
  });
  expect(kept.length).toBeGreaterThan(3);
  expect(kept.filter((path) => path.startsWith('/api'))).toEqual([]);
  await page.context().setOffline(true);
  await page.reload();
  await expect(page.getByText('No connection to the node')).toBeVisible();
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.locator('[data-stream="live"]')).toBeAttached();
});

test('an auditor verifies every entry from the screen', async ({ signIn }) => {
  const { page } = await signIn('Auditor OPCW');
  await page.goto('/account/ledger');
  await page.getByRole('button', { name: 'Verify every entry' }).click();
  await expect(page.locator('[data-verification="done"]')).toContainText('Everything is in order');
  await page.getByRole('link', { name: 'Retention' }).click();
  await expect(page.locator('[data-classes="4"]')).toContainText('90 days after it ends');
});

test('a second passkey is added, works, and the first is removed', async ({ browser }) => {
  test.skip(!process.env['BELFRY_BIN'], 'needs the belfry program');
  const node = await startOwnNode();
  const context = await browser.newContext({ baseURL: node.origin, locale: 'en-GB' });
  try {
    const page = await context.newPage();
    const devices = await context.newCDPSession(page);
    const device = { protocol: 'ctap2', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } as const;
    await devices.send('WebAuthn.enable');
    const first = await devices.send('WebAuthn.addVirtualAuthenticator', { options: { ...device, transport: 'internal' } });
    await page.goto(node.link);
    await page.getByRole('button', { name: 'Make a passkey' }).click();
    await expect(page.locator('[data-stream="live"]')).toBeAttached();

    await page.goto('/me');
    await expect(page.getByText('the last one stays')).toBeVisible();
    // Another device: the first is not at hand.
    await devices.send('WebAuthn.removeVirtualAuthenticator', first);
    await devices.send('WebAuthn.addVirtualAuthenticator', { options: { ...device, transport: 'usb' } });
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    const rows = page.getByRole('list', { name: 'My passkeys' }).getByRole('listitem');
    await expect(rows).toHaveCount(2);

    await page.locator('.me summary').click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await expect(page.locator('[data-stream="live"]')).toBeAttached();
    await page.goto('/me');
    await rows.first().getByRole('button', { name: 'Remove' }).click();
    await expect(page.getByRole('dialog')).toContainText('opens nothing any more');
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await expect(rows).toHaveCount(1);
    await expect(page.getByText('the last one stays')).toBeVisible();
  } finally {
    await context.close();
    await node.stop();
  }
});
