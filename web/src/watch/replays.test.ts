import { expect, test } from 'vitest';
import { changesNothing, replayBody, spanFits, type ReplaySaid } from './replays';

const NOW = { signals_per_shift: 40, shift_hours: 8 };
const said = (part: Partial<ReplaySaid>): ReplaySaid => ({ from: '2026-11-24T10:00', until: '2026-11-25T10:00', shift: { ...NOW }, profile: null, models: {}, ...part });

test('only what is other than it is now is asked', () => {
  expect(changesNothing(replayBody(said({}), NOW))).toBe(true);
  const body = replayBody(said({ shift: { signals_per_shift: 10, shift_hours: 8 }, models: { nl: '2', en: '' } }), NOW);
  expect(body).toMatchObject({ signals_per_shift: 10, models: { nl: 2, en: null } });
  expect(body).not.toHaveProperty('shift_hours');
  expect(changesNothing(body)).toBe(false);
});

test('a span ends after it begins and has a longest', () => {
  expect(spanFits('2026-11-24T10:00', '2026-11-25T10:00')).toBe(true);
  expect(spanFits('2026-11-25T10:00', '2026-11-25T10:00')).toBe(false);
  expect(spanFits('2026-11-01T10:00', '2026-11-25T10:00')).toBe(false);
  expect(spanFits('', '2026-11-25T10:00')).toBe(false);
});
