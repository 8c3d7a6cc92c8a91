// The names of the area as one may type them in a search, in both languages. Not here: what a search means (words.ts).
import type { Name } from '../api/types';
import { area } from '../stores/area.svelte';
import type { Known } from './words';

const names = (name: Name | undefined): string[] => (!name ? [] : typeof name === 'string' ? [name] : [name.en, name.nl]);

export function knownNames(): Known[] {
  const now = area.now;
  if (!now) return [];
  const unique = (all: string[]) => [...new Set(all.filter(Boolean))];
  return [
    ...now.sites.map((one): Known => ({ field: 'site', id: one.id, names: unique([one.id, ...names(one.name), ...names(one.name).map(bare)]) })),
    ...now.zones.map((one): Known => ({ field: 'zone', id: one.id, names: unique([one.id, ...names(one.name)]) })),
    ...now.organisations.map((one): Known => ({ field: 'originator', id: one.id, names: unique([one.id, one.short ?? '', ...names(one.name)]) })),
  ];
}

/** Without what stands in brackets: "Residual Mechanism (IRMCT)" is also the short of it. */
const bare = (name: string) => /\(([^)]+)\)/.exec(name)?.[1] ?? name;
