// Addresses lead to screens; everything else to the one page for what is absent.
import { expect, it } from 'vitest';
import { parse } from './router.svelte';

it.each([
  ['/', 'picture', {}],
  ['/item/0192f5a0-0000-7000-8000-000000000000', 'item', { id: '0192f5a0-0000-7000-8000-000000000000' }],
  ['/invitation/a%20b', 'invitation', { secret: 'a b' }],
  ['/invitation/%E0%A4%A', 'invitation', { secret: '%E0%A4%A' }],
  ['/watch', 'watch', { section: '', id: '' }],
  ['/watch/signal/7c3c68', 'watch', { section: 'signal', id: '7c3c68' }],
  ['/watch/signal/a/b', 'absent', {}],
  ['/sense', 'sense', { section: '', id: '' }],
  ['/measures/option/12', 'measures', { section: 'option', id: '12' }],
  ['/sense/observation/7c3c68', 'sense', { section: 'observation', id: '7c3c68' }],
  ['/nothing', 'absent', {}],
  ['/item/', 'absent', {}],
])('%s', (path, screen, params) => expect(parse(path)).toMatchObject({ screen, params }));
