// What each kind of source needs, and the body that a form makes of it. Not here: the form (SourceForm.svelte).
import type { JsonMap, Source, SourceBody, SourceKind } from './types';
import type { Reliability } from '../api/types';

/** Everything that a form of a source may hold; what its kind does not have is left out of the body. */
export interface SourceFields {
  kind: SourceKind;
  name: string;
  url: string;
  select: string;
  ignore: string[];
  hashtag: string;
  streaming: boolean;
  words: string[];
  map: Required<JsonMap>;
  purpose: string;
  language: string;
  trust: Reliability;
  retention_days: number;
  interval_s: number;
  /** In hours; 0 for the source's own habit. */
  silence_h: number;
  paused: boolean;
}

const NO_MAP: Required<JsonMap> = { items: '', key: '', text: '', title: '', url: '', published: '', author: '', language: '' };

export const emptySource = (purpose: string): SourceFields => ({
  kind: 'feed', name: '', url: '', select: '', ignore: [], hashtag: '', streaming: false, words: [], map: { ...NO_MAP }, purpose,
  language: '', trust: 'F', retention_days: 30, interval_s: 900, silence_h: 0, paused: false,
});

export function fieldsOf(source: Source): SourceFields {
  const known = source as Source & Partial<SourceFields>;
  return {
    ...emptySource(source.purpose),
    kind: source.kind, name: source.name, url: known.url ?? '', select: known.select ?? '', ignore: known.ignore ?? [],
    hashtag: known.hashtag ?? '', streaming: known.streaming ?? false, words: known.words ?? [], map: { ...NO_MAP, ...known.map },
    language: source.language ?? '', trust: source.trust, retention_days: source.retention_days, interval_s: source.interval_s,
    silence_h: (source.silence_s ?? 0) / 3600, paused: source.paused ?? false,
  };
}

const SHARED = ['name', 'purpose', 'trust', 'retention_days', 'interval_s', 'paused'] as const;

export function bodyOf(fields: SourceFields): SourceBody {
  const body: Record<string, unknown> = { kind: fields.kind };
  for (const name of SHARED) body[name] = fields[name];
  if (fields.language) body['language'] = fields.language.trim().toLowerCase();
  if (fields.silence_h > 0) body['silence_s'] = Math.round(fields.silence_h * 3600);
  if (fields.kind !== 'inbox') body['url'] = fields.url.trim();
  if (fields.kind === 'page') {
    if (fields.select.trim()) body['select'] = fields.select.trim();
    body['ignore'] = fields.ignore;
  }
  if (fields.kind === 'mastodon') {
    const hashtag = fields.hashtag.trim().replace(/^#/, '');
    if (hashtag) body['hashtag'] = hashtag;
    body['streaming'] = fields.streaming;
  }
  if (fields.kind === 'jetstream') body['words'] = fields.words;
  if (fields.kind === 'json') body['map'] = Object.fromEntries(Object.entries(fields.map).filter(([, path]) => path.trim()));
  return body as SourceBody;
}

/** An address as people type it: with its scheme when they leave it out. */
export function withScheme(url: string, kind: SourceKind): string {
  const typed = url.trim();
  if (!typed || /^[a-z]+:\/\//i.test(typed)) return typed;
  return `${kind === 'jetstream' ? 'wss' : 'https'}://${typed}`;
}

/** An id that is not taken, from a name: lower-case letters, digits and hyphens. */
export function freeId(name: string, taken: string[]): string {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const base = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 48) || 'one';
  let id = base;
  for (let number = 2; taken.includes(id); number += 1) id = `${base}-${number}`;
  return id;
}
