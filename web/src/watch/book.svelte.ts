// The names of what is watched: sources, profiles, events and places by id. Read once, and again after a change.
// Not here: how sources fare.
import { named, t, tOr } from '../i18n/index.svelte';
import { area } from '../stores/area.svelte';
import { watch } from './api';
import type { CalendarEvent, Class, Profile, Source, Term, TermKind } from './types';

export interface PlaceChoice {
  id: string;
  name: string;
  kind: 'site' | 'zone' | 'street';
}

class Book {
  sources = $state.raw<Source[]>([]);
  profiles = $state.raw<Profile[]>([]);
  events = $state.raw<CalendarEvent[]>([]);
  read = $state(false);

  async load(): Promise<void> {
    const [sources, profiles, events] = await Promise.all([watch.sources(), watch.profiles(), watch.events()]);
    this.sources = sources.items.map((one) => one.source);
    this.profiles = profiles;
    this.events = events;
    this.read = true;
  }

  source = (id: string): Source | undefined => this.sources.find((one) => one.id === id);
  sourceName = (id: string): string => this.source(id)?.name ?? id;
  profile = (id: string): Profile | undefined => this.profiles.find((one) => one.id === id);
  profileName = (id: string): string => this.profile(id)?.name ?? id;
  eventName = (id: string): string => this.events.find((one) => one.id === id)?.name ?? id;
}

export const book = new Book();

/** As the node makes the id of a street from its name. */
export const streetId = (name: string): string =>
  `street:${[...name].map((letter) => (/[\p{L}\p{N}]/u.test(letter) ? letter.replace(/[A-Z]/, (one) => one.toLowerCase()) : '-')).join('')}`;

/** The streets of the area as it was last read: there are many, and each row of a queue names one. */
let known: { of: unknown; streets: PlaceChoice[] } = { of: null, streets: [] };
function streets(): PlaceChoice[] {
  if (known.of !== area.now) known = { of: area.now, streets: readStreets() };
  return known.streets;
}

function readStreets(): PlaceChoice[] {
  const found = new Map<string, PlaceChoice>();
  for (const { properties } of area.now?.layers.features ?? []) {
    const name: unknown = properties?.['layer'] === 'road' ? properties['name_nl'] : undefined;
    if (typeof name !== 'string') continue;
    const id = streetId(name);
    found.set(id, { id, name, kind: 'street' });
  }
  return [...found.values()].sort((one, two) => one.name.localeCompare(two.name));
}

/** Every place that a document can name. A zone with the id of a site is taken for the site, as the node does. */
export function places(): PlaceChoice[] {
  const all = [
    ...area.sites().map((one): PlaceChoice => ({ id: one.id, name: named(one.name), kind: 'site' })),
    ...area.zones().map((one): PlaceChoice => ({ id: one.id, name: named(one.name), kind: 'zone' })),
    ...streets(),
  ];
  const ids = new Set<string>();
  return all.filter(({ id }) => !ids.has(id) && ids.add(id));
}

export function placeName(id: string): string {
  if (id.startsWith('street:')) return streets().find((one) => one.id === id)?.name ?? id.slice('street:'.length);
  return named(area.site(id)?.name) || named(area.zone(id)?.name) || id;
}

export const className = (one: Class): string => t(`watch.class.${one}`);

/** What a term is, in the reader's words. */
export function termName(kind: TermKind, name: string): string {
  if (kind === 'profile') return book.profileName(name);
  if (kind === 'class') return tOr(`watch.class.${name}`, name);
  if (kind === 'place') return placeName(name);
  if (kind === 'calendar') return book.eventName(name);
  if (kind === 'burst') return book.profile(name) ? book.profileName(name) : placeName(name);
  if (kind === 'trust') return t('watch.term.trust.of', { letter: name });
  if (kind === 'model') return t('watch.term.model.of', { version: name.slice(0, 8) });
  return t(`watch.term.${kind}.of`);
}

/** Which rule, window or measure gave a term. */
export function termWhy({ kind, name, why = '' }: Term): string {
  const [first = '', ...more] = why.match(/\d+(?:\.\d+)?/g)?.map(Number) ?? [];
  if (kind === 'place') return t('watch.why.within', { metres: first });
  if (kind === 'calendar') return tOr(`watch.why.${why}`, why);
  if (kind === 'spread') return t('watch.why.sources', { count: Number(first) });
  if (kind === 'trust') return tOr(`reliability.${name}`, '');
  if (kind === 'model') return t('watch.why.probability', { percent: Math.round(Number(first) * 100) });
  if (kind === 'novelty') return t('watch.why.new', { percent: Math.round(Number(first) * 100) });
  if (kind === 'burst') return t('watch.why.burst', { seen: first, usual: more[0] ?? 0, sources: more[1] ?? 0, voices: more[2] ?? 0 });
  if (kind === 'class') return classWhy(why);
  return '';
}

/** `lawful assembly: rule, negated, quoted` */
function classWhy(why: string): string {
  const lawful = why.startsWith('lawful assembly: ');
  const [rule = '', ...guards] = why.replace('lawful assembly: ', '').split(', ');
  return [
    ...(lawful ? [t('watch.why.lawful')] : []),
    t('watch.why.rule', { rule }),
    ...guards.map((guard) => tOr(`watch.guard.${guard}`, guard)),
  ].join(' · ');
}
