// Records of the plan's lists: ids made from names, and a record in its place. Not here: what refers to them (refer.ts).
import { idOf } from '../../admin/outline';
import { fresh } from '../records';
import type { Plan } from '../types';

/** Lists whose records have a name. Names are looked up by id over all of them. */
const NAMED = ['zones', 'sites', 'assets', 'neighbourhoods', 'destinations', 'scenarios', 'measures', 'postures', 'events'] as const;
export type AreaList = 'zones' | 'sites' | 'assets' | 'neighbourhoods';
export type FormList = AreaList | 'destinations';
export type RecordOf<List extends FormList> = NonNullable<Plan[List]>[number];

/** Longest id, in characters. */
const ID_CHARS_MAX = 48;
/** So many records of a list the node keeps. */
export const LISTED_MAX: Record<FormList | 'travels', number> = { zones: 100, sites: 500, assets: 2000, neighbourhoods: 500, destinations: 200, travels: 100 };

/** An id made from a name, that no record of the plan has. */
export function idFrom(name: string, plan: Plan, kind: string): string {
  const taken = new Set(NAMED.flatMap((list) => (plan[list] ?? []).map((one) => one.id)));
  const plain = idOf(name);
  // A name without a letter that an id may have, as in another script.
  if (plain === '') return fresh(kind);
  const numbered = (count: number) => `${plain.slice(0, ID_CHARS_MAX - String(count).length - 1).replace(/-+$/, '')}-${count}`;
  let id = plain;
  for (let count = 2; taken.has(id); count++) id = numbered(count);
  return id;
}

/** The plan with a record in the place of the one of its id, or at the end. */
export function withRecord<List extends FormList>(plan: Plan, list: List, record: RecordOf<List>): Plan {
  const all = (plan[list] ?? []) as RecordOf<List>[];
  const there = all.some((one) => one.id === record.id);
  return { ...plan, [list]: there ? all.map((one) => (one.id === record.id ? record : one)) : [...all, record] };
}

export const withoutRecord = (plan: Plan, list: FormList, id: string): Plan => ({ ...plan, [list]: (plan[list] ?? []).filter((one) => one.id !== id) });
