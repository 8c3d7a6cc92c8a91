import { describe, expect, it } from 'vitest';
import { across, levels, weighed } from './plot';
import type { Evidence } from './types';

const piece = (code: Evidence['code'], weight: number): Evidence => ({ code, weight }) as Evidence;

describe('evidence', () => {
  it('is parted into for, against and missing, the heaviest first', () => {
    const made = weighed([piece('prior', -3.5), piece('loudness', 1), piece('heard_by_others', 2.4), piece('cannot_see', 0)]);
    expect(made.speaks.map((one) => one.code)).toEqual(['heard_by_others', 'loudness']);
    expect(made.against.map((one) => one.code)).toEqual(['prior']);
    expect(made.missing.map((one) => one.code)).toEqual(['cannot_see']);
    expect(made.most).toBe(3.5);
  });
  it('has a scale without any', () => expect(weighed([]).most).toBe(1));
});

describe('levels', () => {
  const at = '2026-11-28T12:00:01.000Z';
  const line = { sensor: 'a', from: '2026-11-28T12:00:00.000Z', step_ms: 500, over_background_db: [0, 0, 40, 20, 10] };
  it('are drawn around the sound, the loudest first', () => {
    const made = levels([{ ...line, sensor: 'soft', over_background_db: [0, 0, 10, 0, 0] }, line], at, 100, 40);
    expect([made.from, made.until, made.top]).toEqual([-1, 1, 40]);
    expect(made.curves[0]).toMatchObject({ sensor: 'a', points: '0,40 25,40 50,0 75,20 100,30', peak: 40 });
    expect(across(0, made)).toBe(0.5);
  });
  it('stay in their box, whatever comes', () => {
    const made = levels([{ ...line, over_background_db: [-20, 500] }], at, 100, 40);
    expect(made.curves[0]?.points).toBe('0,40 25,0');
    expect(levels([], at, 100, 40).curves).toEqual([]);
  });
});
