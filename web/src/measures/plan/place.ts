// Where in a plan a fault of the node lies: the list, the record and the rest of its path. Not here: words (save.ts).
import type { Group, Mode, Plan } from '../types';

export interface Place {
  /** The list of the plan, as `measures`; the field itself where it is none. */
  list: string;
  /** The record, when there is one. */
  id: string | null;
  name: string;
  /** What of the record, as `effects[0].low`. */
  rest: string;
}

/** The place of a path such as `measures[3].effects[0].low`. */
export function placeOf(path: string, plan: unknown): Place {
  const found = /^(\w+)(?:\[(\d+)\])?\.?(.*)$/.exec(path);
  if (!found) return { list: '', id: null, name: '', rest: path };
  const [, list = '', index, rest = ''] = found;
  const records: unknown = (plan as Partial<Record<string, unknown>> | null)?.[list];
  const record = index !== undefined && Array.isArray(records) ? (records[Number(index)] as Listed | undefined) : undefined;
  const id = typeof record?.id === 'string' ? record.id : null;
  const count = index === undefined ? '' : String(Number(index) + 1);
  return { list, id, name: (record && labelOf(record, plan)) || count, rest };
}

/** A path as people count: `effects[0].low` is "effects 1, low". */
export const counted = (rest: string): string => rest.replace(/\[(\d+)\]/g, (_, index: string) => ` ${Number(index) + 1}`).replaceAll('.', ', ').replaceAll('_', ' ');

/** How a record is called: by its name; a norm by its scenario and level; a travel by group and mode. Empty when nothing says it. */
function labelOf(record: Listed, plan: unknown): string {
  if (typeof record.name === 'string' && record.name) return record.name;
  if (record.group && record.mode) return tripOf({ group: record.group, mode: record.mode });
  const scenarios = (plan as Partial<Plan> | null)?.scenarios;
  const scenario = record.scenario && Array.isArray(scenarios) ? scenarios.find((one) => one.id === record.scenario)?.name : undefined;
  if (scenario) return `${scenario} (${record.level ?? ''})`;
  return record.id ?? (record.level !== undefined ? String(record.level) : '');
}

/** What differs between two versions of a plan, list by list, by the names of the records. */
export interface Difference {
  list: string;
  added: string[];
  removed: string[];
  changed: string[];
}

const LISTS = ['zones', 'sites', 'assets', 'neighbourhoods', 'levels', 'scenarios', 'norms', 'measures', 'destinations', 'travels', 'threat_levels', 'postures', 'decisions', 'impacts', 'events'] as const;
type Listed = { id?: string; name?: string; level?: number; scenario?: string; group?: Group; mode?: Mode };

/** What a travel is called while its words are not known: `residents/car`. */
export const tripOf = (one: { group: Group; mode: Mode }): string => `${one.group}/${one.mode}`;

export function differences(before: Plan, after: Plan): Difference[] {
  const all: Difference[] = LISTS.map((list) => {
    const [old, now] = [keyed(before, list), keyed(after, list)];
    return {
      list,
      added: [...now].filter(([key]) => !old.has(key)).map(([, one]) => one.name),
      removed: [...old].filter(([key]) => !now.has(key)).map(([, one]) => one.name),
      changed: [...now].filter(([key, one]) => old.has(key) && old.get(key)?.text !== one.text).map(([, one]) => one.name),
    };
  });
  const rest = (plan: Plan) => Object.entries(plan).filter(([field]) => !(LISTS as readonly string[]).includes(field));
  const old = new Map(rest(before).map(([field, value]) => [field, stable(value)]));
  const changed = rest(after).filter(([field, value]) => old.get(field) !== stable(value)).map(([field]) => field);
  const gone = [...old.keys()].filter((field) => !(field in after));
  all.push({ list: 'plan', added: [], removed: gone, changed });
  return all.filter((one) => one.added.length + one.removed.length + one.changed.length > 0);
}

function keyed(plan: Plan, list: (typeof LISTS)[number]): Map<string, { name: string; text: string }> {
  const records = (plan[list] ?? []) as Listed[];
  const seen = new Map<string, number>();
  /** Travels have no id: the second of a group and mode is told from the first by its turn. */
  const turn = (key: string) => {
    seen.set(key, (seen.get(key) ?? 0) + 1);
    return `${key} ${seen.get(key)}`;
  };
  return new Map(records.map((one, at) => [one.id ?? (list === 'travels' ? turn(labelOf(one, plan)) : String(one.level ?? at)), { name: labelOf(one, plan) || String(at + 1), text: stable(one) }]));
}

/** The same text for the same value, whatever the order of its fields; what is empty is as what is not there. */
function stable(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stable).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? '';
  const fields = Object.entries(value).filter(([, one]) => one !== undefined && one !== null && one !== false && one !== '' && !(Array.isArray(one) && one.length === 0));
  return `{${fields.sort(([a], [b]) => (a < b ? -1 : 1)).map(([field, one]) => `${field}:${stable(one)}`).join(',')}}`;
}
