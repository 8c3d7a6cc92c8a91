// Items become spots, shapes and circles of the right size.
import { describe, expect, it } from 'vitest';
import { circle, shapes, spots, type Drawn } from './features';

const item = (part: Partial<Drawn>): Drawn => ({ id: 'a', kind: 'report', title: 't', tone: 'calm', ...part });
const context = {
  pointOf: (one: Drawn) => (one.place?.geometry?.type === 'Point' ? one.place.geometry.coordinates : undefined),
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
