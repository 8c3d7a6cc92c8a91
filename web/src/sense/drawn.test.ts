import { describe, expect, it } from 'vitest';
import { drawn, ellipse, frame, metres, moved, wedge } from './drawn';
import type { Observation, Sensor } from './types';

const HERE: [number, number] = [4.285, 52.0905];
const sensor = (id: string, kind: 'microphone' | 'camera', east: number) =>
  ({ sensor: { id, kind, at: moved(HERE, east, 0), register: { name: id }, health: { state: 'working' }, sees: kind === 'camera' ? [HERE, moved(HERE, 50, 0), moved(HERE, 0, 50)] : [] } }) as unknown as Sensor;
const seen = {
  place: { at: HERE, major_m: 30, minor_m: 10, towards_deg: 90, left_out: [{ sensor: 'b', why: 'late', by: 20 }] },
  bearings: [{ sensor: 'a', from: moved(HERE, -200, 0), towards_deg: 90, width_deg: 4 }],
  levels: [{ sensor: 'a' }, { sensor: 'b' }],
} as unknown as Observation;

describe('an observation on the map', () => {
  it('has an ellipse that is long where it should be', () => {
    const ring = ellipse(HERE, 30, 10, 90).coordinates[0] as [number, number][];
    const east = Math.max(...ring.map((one) => one[0] - HERE[0])) * 111_194.9 * Math.cos((HERE[1] * Math.PI) / 180);
    const north = Math.max(...ring.map((one) => one[1] - HERE[1])) * 111_194.9;
    expect([Math.round(east), Math.round(north)]).toEqual([30, 10]);
    expect(ring[0]).toEqual(ring.at(-1));
  });
  it('has a direction that reaches past the place', () => {
    const ring = wedge(seen.bearings![0]!, HERE).coordinates[0] as [number, number][];
    expect(Math.round(metres(ring[0]!, ring[7]!))).toBe(230);
  });
  it('tells which sensors heard it, and which were left out', () => {
    const { features } = drawn(seen, [sensor('a', 'microphone', -200), sensor('b', 'microphone', 50), sensor('c', 'camera', 10)], 'c');
    expect(features.map((one) => [one.properties!['role'], one.properties!['part']])).toEqual([
      ['sees', undefined], ['bearing', undefined], ['ellipse', undefined], ['middle', undefined],
      ['microphone', 'heard'], ['microphone', 'left_out'], ['camera', 'quiet'],
    ]);
  });
  it('has a window, also without a place and without anything', () => {
    const [west, , east] = frame(seen, [sensor('a', 'microphone', -200)])!;
    expect(west).toBeLessThan(moved(HERE, -200, 0)[0]);
    expect(east).toBeGreaterThan(moved(HERE, 100, 0)[0]);
    expect(frame(null, [])).toBeNull();
  });
});
