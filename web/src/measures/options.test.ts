// A search that goes without a word is told; one that ends by itself, or was ended here, is not.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { measures } from './api';
import { options } from './options.svelte';
import type { Search } from './types';

const search = (state: Search['state']): Search => ({ id: 'a', name: 'The least', version: 1, made: '2026-11-28T12:00:00Z', state });

describe('a search under way', () => {
  beforeEach(() => {
    options.clear();
    vi.useFakeTimers();
    vi.spyOn(measures, 'options').mockResolvedValue([]);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  const answers = (...lists: Search[][]) => {
    const spy = vi.spyOn(measures, 'searches');
    for (const list of lists) spy.mockResolvedValueOnce(list);
  };

  it('that the node knows no more is lost', async () => {
    answers([search('running')], []);
    await options.load();
    expect(options.lost).toBeNull();
    await options.load();
    expect(options.lost?.name).toBe('The least');
  });

  it('that is done or was ended here is not', async () => {
    answers([search('running')], [search('done')], [search('running')], []);
    await options.load();
    await options.load();
    expect(options.lost).toBeNull();
    await options.load();
    vi.spyOn(measures, 'endSearch').mockResolvedValue(undefined);
    await options.end(search('running'));
    await options.load();
    expect(options.lost).toBeNull();
  });
});
