// Both languages say the same things, with the same values to fill in.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import baseEn from './en.json';
import { i18n, t, tOr } from './index.svelte';
import measuresEn from './measures.en.json';
import measuresNl from './measures.nl.json';
import baseNl from './nl.json';
import residentsEn from './residents.en.json';
import residentsNl from './residents.nl.json';
import senseEn from './sense.en.json';
import senseNl from './sense.nl.json';
import watchEn from './watch.en.json';
import watchNl from './watch.nl.json';

const en = { ...baseEn, ...measuresEn, ...residentsEn, ...senseEn, ...watchEn };
const nl = { ...baseNl, ...measuresNl, ...residentsNl, ...senseNl, ...watchNl };
type Message = string | Record<string, string>;
const all: Record<string, Record<string, Message>> = { en, nl };
const texts = (message: Message) => (typeof message === 'string' ? [message] : Object.values(message));
const values = (message: Message) =>
  [...new Set(texts(message).flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1])))].sort();

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.(svelte|ts)$/.test(entry.name) && !entry.name.endsWith('.test.ts') ? [readFileSync(path, 'utf8')] : [];
  });
}

describe('messages', () => {
  it('have the same keys in both languages', () => {
    expect(Object.keys(nl).sort()).toEqual(Object.keys(en).sort());
  });

  it('are in one part only', () => {
    expect(Object.keys(watchEn).filter((key) => key in baseEn || key in senseEn)).toEqual([]);
    expect(Object.keys(senseEn).filter((key) => key in baseEn)).toEqual([]);
    expect(Object.keys(measuresEn).filter((key) => key in baseEn || key in senseEn || key in watchEn)).toEqual([]);
    expect(Object.keys(residentsEn).filter((key) => key in baseEn || key in measuresEn || key in senseEn || key in watchEn)).toEqual([]);
  });

  it('have the same values and plural forms in both languages', () => {
    for (const [key, message] of Object.entries(all['en'] ?? {})) {
      const other = all['nl']?.[key] ?? '';
      expect([key, ...values(other)]).toEqual([key, ...values(message)]);
      expect([key, typeof other]).toEqual([key, typeof message]);
      if (typeof message !== 'string') expect(Object.keys(other)).toEqual(Object.keys(message));
      for (const text of [...texts(message), ...texts(other)]) expect(text.trim(), key).not.toBe('');
    }
  });

  it('exist for every key the screens name, and none is left over', () => {
    const code = sources(join(__dirname, '..')).join('\n');
    const named = [...code.matchAll(/\bt\(\s*'([^']+)'/g)].map((found) => found[1] ?? '');
    expect(named.filter((key) => !(key in en))).toEqual([]);
    const parts = [...code.matchAll(/`([\w.-]*)\$\{[^}]*\}([\w.]*)`/g)].map((found) => [found[1] ?? '', found[2] ?? ''] as const);
    const used = (key: string) =>
      code.includes(`'${key}'`) || parts.some(([start, end]) => start.includes('.') && key.startsWith(start) && key.endsWith(end));
    expect(Object.keys(en).filter((key) => !used(key))).toEqual([]);
  });

  it('choose the plural of the language and write numbers its way', async () => {
    await i18n.choose('nl');
    expect(t('count.people', { count: 1 })).toBe('1 persoon');
    expect(t('count.people', { count: 1200 })).toBe('1.200 personen');
    await i18n.choose('en');
    expect(t('count.people', { count: 1200 })).toBe('1,200 people');
    expect(tOr('no.such.key', 'as it was')).toBe('as it was');
  });
});
