import { expect, test } from 'vitest';
import { CASE_DAYS_MAX, caseReady, endAfter, isoOf } from './cases';

const OPENED = Date.parse('2026-11-25T10:00:00Z');
const DAY_MS = 86_400_000;

test('a case needs a name, a purpose, a reason and an end', () => {
  const said = { name: 'Gate', purpose: 'public-order', reason: 'Evidence', until: endAfter(90, OPENED) };
  expect(caseReady(said)).toBe(true);
  for (const [field, value] of [['name', '  '], ['purpose', ''], ['reason', ' '], ['until', '']] as const) {
    expect(caseReady({ ...said, [field]: value }), field).toBe(false);
  }
});

test('the end is the one that was typed, and never past the longest', () => {
  expect(Date.parse(isoOf(endAfter(90, OPENED), OPENED))).toBe(OPENED + 90 * DAY_MS);
  expect(Date.parse(isoOf(endAfter(CASE_DAYS_MAX, OPENED), OPENED))).toBe(OPENED + CASE_DAYS_MAX * DAY_MS - 60_000);
});
