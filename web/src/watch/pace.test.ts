import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { paced } from './pace';

describe('reading again', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('comes soon, then no more often than so, and always after the last word', () => {
    const act = vi.fn();
    const pace = paced(act, 1_000);
    for (let said = 0; said < 50; said += 1) {
      pace.run();
      vi.advanceTimersByTime(100);
    }
    // Five seconds of words: at once, then once a second.
    expect(act.mock.calls.length).toBeGreaterThanOrEqual(4);
    expect(act.mock.calls.length).toBeLessThanOrEqual(6);
    const before = act.mock.calls.length;
    vi.advanceTimersByTime(5_000);
    expect(act.mock.calls.length).toBeLessThanOrEqual(before + 1);
    pace.run();
    vi.advanceTimersByTime(120);
    expect(act.mock.calls.length).toBeGreaterThan(before);
  });

  it('is forgotten when it is stopped', () => {
    const act = vi.fn();
    const pace = paced(act);
    pace.run();
    pace.stop();
    vi.advanceTimersByTime(10_000);
    expect(act).not.toHaveBeenCalled();
  });
});
