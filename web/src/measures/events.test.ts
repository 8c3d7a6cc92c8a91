import { describe, expect, it } from 'vitest';
import { nextPhase, outOfOrder, plannedEvent, stepsWithin } from './events';

const FROM = '2027-06-17T04:00:00.000Z';

describe('an event', () => {
  it('has a phase that takes time, whatever a calendar says', () => {
    expect(plannedEvent('Summit', FROM, FROM).phases[0]?.until).toBe('2027-06-17T05:00:00.000Z');
    expect(plannedEvent('Summit', FROM).phases[0]?.until).toBe('2027-06-18T04:00:00.000Z');
  });

  it('goes on where its last phase ends, and says which phase is out of order', () => {
    const { phases } = plannedEvent('Summit', FROM);
    const two = [...phases, nextPhase(phases)];
    expect([two[1]?.kind, two[1]?.from]).toEqual(['break-down', phases[0]?.until]);
    expect(outOfOrder(two)).toBeNull();
    expect(outOfOrder([...two].reverse())).toBe(1);
    expect(outOfOrder([{ kind: 'day', from: FROM, until: FROM, level: 2 }])).toBe(0);
  });

  it('keeps only steps of phases that are there', () => {
    const step = (phase: number) => ({ phase, hours: -2, who: 'Police', what: 'close the gate' });
    expect(stepsWithin([step(0), step(3)], plannedEvent('x', FROM).phases).map((one) => one.phase)).toEqual([0]);
  });
});
