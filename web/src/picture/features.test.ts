// Items become spots, shapes and circles of the right size; the time bar counts each item once.
import { describe, expect, it } from 'vitest';
import type { ItemSummary } from '../api/types';
import { circle, shapes, spots } from './features';
import { hours } from './histogram';

const item = (part: Partial<ItemSummary>) => ({ id: 'a', kind: 'report', title: 't', ...part }) as ItemSummary;
const context = {
  pointOf: (one: ItemSummary) => (one.place?.geometry?.type === 'Point' ? one.place.geometry.coordinates : undefined),
  toneOf: () => 'calm' as const,
  chosen: 'a',
};

describe('features', () => {
  it('draws a circle of its radius', () => {
    const [first] = circle([4.28, 52.09], 100).coordinates[0] ?? [];
    const metres = ((first?.[0] ?? 0) - 4.28) * 111_320 * Math.cos((52.09 * Math.PI) / 180);
    expect(metres).toBeCloseTo(100, 3);
  });

  it('keeps the circles of a crowd quiet, except the chosen one', () => {
    const many = Array.from({ length: 30 }, (_, index) =>
      item({ id: index === 0 ? 'a' : String(index), place: { geometry: { type: 'Point', coordinates: [4.28, 52.09] }, uncertainty_m: 20 } }));
    const roles = shapes(many, context).features.map((one) => one.properties?.['role'] as string);
    expect(roles.filter((role) => role === 'reach')).toHaveLength(1);
    expect(roles.filter((role) => role === 'quiet')).toHaveLength(29);
  });

  it('leaves out what has no place and marks the chosen one', () => {
    const placed = item({ place: { geometry: { type: 'Point', coordinates: [4.28, 52.09] }, uncertainty_m: 20 } });
    const found = spots([placed, item({ id: 'b' })], context);
    expect(found.features).toHaveLength(1);
    expect(found.features[0]?.properties).toMatchObject({ id: 'a', chosen: true });
    expect(shapes([placed], context).features[0]?.geometry.type).toBe('Polygon');
  });
});

describe('histogram', () => {
  it('counts the last day per clock hour', () => {
    const now = Date.parse('2026-11-22T14:03:00Z');
    const at = (reported: string, kind = 'report') => ({ reported, kind }) as ItemSummary;
    const slots = hours([at('2026-11-22T14:01:00Z', 'alert'), at('2026-11-22T13:59:00Z'), at('2026-11-20T10:00:00Z')], now);
    expect(slots).toHaveLength(24);
    expect(slots.at(-1)).toMatchObject({ count: 1, alerts: 1 });
    expect(slots.at(-2)).toMatchObject({ count: 1, alerts: 0 });
    expect(slots.reduce((sum, slot) => sum + slot.count, 0)).toBe(2);
  });
});
