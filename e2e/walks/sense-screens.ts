// The screens of Eye and Ear, by name, and a post that fills them through the API with a token of its own, as real ones do.
import { expect, type APIRequestContext, type Page } from '@playwright/test';
import type { Screen } from './screens';
import { call } from './watch-screens';

export const OPERATOR = 'Sensor operator Police';
const FORUM: [number, number] = [4.2809, 52.0911];

/** A token for the sensor post of the police, made by whoever administers it. */
export async function postToken(administrator: Page): Promise<string> {
  const members = await call<{ items: { id: string; name: string; organisation?: string }[] }>(administrator, 'GET', '/organisations/police/members');
  const post = members.items.find((one) => one.name === 'Sensor post Police');
  expect(post, 'the sensor post of the police').toBeTruthy();
  const made = await call<{ secret: string }>(administrator, 'POST', `/organisations/police/members/${post?.id ?? ''}/tokens`, {
    name: 'walk', scopes: ['operate'], expires: new Date(Date.now() + 86_400_000).toISOString(),
  });
  return made.secret;
}

const iso = (at: number) => new Date(at).toISOString();
const register = (name: string) => ({
  name, owner: 'Police', purpose: 'To notice bangs', legal_basis: 'Decision of 1 September', data: 'Levels. No sound is kept.', personal_data: false, retention_days: 30,
  contact: 'https://example.org/sensors',
});
const health = (state = 'working') => ({ state, since: iso(Date.now() - 600_000), clock_offset_ms: 0.3, level_dbfs: -48, background_dbfs: -52, lost: 0 });

/** What the post has: an array, a microphone that is dead, a camera that turns. */
const sensors = () => [
  { id: 'walk-array', kind: 'array', at: [4.2822, 52.0912], register: register('Array of the walk'), health: health(), turns: false },
  { id: 'walk-mic', kind: 'microphone', at: [4.2832, 52.0895], register: register('Microphone of the walk'), health: { ...health('dead'), remark: 'No sound at all' }, turns: false },
  { id: 'walk-camera', kind: 'camera', at: [4.2815, 52.0908], register: register('Camera of the walk'), health: health(), turns: true, sees: [[4.2815, 52.0908], [4.2805, 52.0916], [4.2826, 52.0917]] },
];

/** An observation as a post tells of it. */
export function observed(id: string, name = 'gun_shot') {
  const at = Date.now() - 3_000;
  return {
    id, revision: 1, stage: 'settled', basis: 'heard', what: { kind: 'sound', name }, classes: [{ class: name, probability: 0.7 }], probability: 0.8,
    at: iso(at), first_heard: iso(at + 200), told: iso(at + 900), place: { at: FORUM, major_m: 14, minor_m: 6, towards_deg: 40 },
    evidence: [
      { code: 'prior', weight: -4 }, { code: 'loudness', sensor: 'walk-array', weight: 3.1, value: 31 }, { code: 'class', weight: 2.3, value: 0.7 },
      { code: 'cannot_see', sensor: 'walk-camera', weight: 0 },
    ],
    bearings: [{ sensor: 'walk-array', from: [4.2822, 52.0912], towards_deg: 263, width_deg: 5 }],
    cameras: [{ sensor: 'walk-camera', sees: false, turned: false }],
    levels: [{ sensor: 'walk-array', from: iso(at - 400), step_ms: 100, over_background_db: [1, 2, 1, 2, 31, 24, 12, 6, 3, 2] }],
    settings_version: 0,
  };
}

/** Sends a bulletin with these observations. */
export async function bulletin(request: APIRequestContext, token: string, observations: object[]): Promise<void> {
  const answer = await request.post('/api/v1/sense/bulletins', {
    headers: { Authorization: `Bearer ${token}` }, data: { post: 'walk', at: iso(Date.now()), sensors: sensors(), observations },
  });
  expect(answer.status(), await answer.text()).toBe(200);
}

const at = (path: string) => async (page: Page) => {
  await page.goto(path);
  await expect(page.locator('h1').first()).toBeAttached();
  await expect(page.locator('.loading')).toHaveCount(0);
};

/** Needs a bulletin before it. */
export const SENSE_SCREENS: Screen[] = [
  { name: 'observation', member: OPERATOR, open: async (page) => {
    await at('/sense')(page);
    await page.locator('[data-observation]').first().click();
    for (const summary of await page.locator('[data-observation-detail] summary').all()) await summary.click();
  } },
  { name: 'sensors', member: OPERATOR, open: at('/sense/sensors') },
  { name: 'settings', member: OPERATOR, open: at('/sense/settings') },
  { name: 'rule', member: OPERATOR, open: async (page) => {
    await at('/sense/settings')(page);
    await page.locator('[data-add-rule]').click();
    await expect(page.getByRole('dialog')).toBeVisible();
  } },
  { name: 'another night', member: OPERATOR, open: async (page) => {
    await at('/sense/night')(page);
    await page.locator('main form button[type="submit"]').click();
    await expect(page.locator('[data-replay]')).toBeVisible();
  } },
  { name: 'calibration', member: OPERATOR, open: at('/sense/calibration/walk-camera') },
  { name: 'register', member: 'Duty officer Europol', open: at('/sense/register') },
];

/** Needs the street, and its first half minute. */
export const STREET_SCREENS: Screen[] = [
  { name: 'bang', member: OPERATOR, open: async (page) => {
    await at('/sense')(page);
    await page.locator('[data-observation]').last().click({ timeout: 90_000 });
    await expect(page.locator('[data-observation-detail] h1, [data-observation-detail] h2').first()).toBeVisible();
    await expect(page.locator('[data-observation-detail] img').first()).toBeVisible({ timeout: 30_000 });
  } },
];
