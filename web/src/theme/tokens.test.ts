// The token file holds: every colour the screens use is in it, and text can be read on what it stands on, in each theme.
// A city that replaces the file runs this to know whether its colours work.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const css = readFileSync(join(__dirname, 'tokens.css'), 'utf8');
const block = (selector: string) => {
  const start = css.indexOf(`${selector} {`);
  return start < 0 ? '' : css.slice(start, css.indexOf('\n}', start));
};
const tokens = (text: string) => new Map([...text.matchAll(/(--b-[\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value.trim()]));
const base = tokens(block(':root'));
const contrast = tokens(block(":root[data-theme='contrast']"));

type Theme = 'light' | 'dark' | 'contrast';
function valueOf(name: string, theme: Theme): string {
  const value = (theme === 'contrast' ? contrast.get(name) : undefined) ?? base.get(name) ?? '';
  const both = /^light-dark\((#\w+),\s*(#\w+)\)$/.exec(value);
  return both ? ((theme === 'light' ? both[1] : both[2]) ?? '') : value;
}
/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
function ratio(one: string, two: string): number {
  const [high = 0, low = 0] = [luminance(one), luminance(two)].sort((first, second) => second - first);
  return (high + 0.05) / (low + 0.05);
}

/** What is read on what, and how clear it must be: 4.5 for text, 3 for lines and marks (WCAG 1.4.3 and 1.4.11). */
const PAIRS: [string, string, number][] = [
  ['ink', 'panel', 4.5], ['ink', 'ground', 4.5], ['ink', 'sunken', 4.5], ['ink', 'accent-wash', 4.5], ['ink', 'alert-wash', 4.5], ['ink', 'warn-wash', 4.5],
  ['ink-2', 'panel', 4.5], ['ink-2', 'ground', 4.5], ['ink-2', 'sunken', 4.5], ['ink-2', 'accent-wash', 4.5],
  ['accent', 'panel', 4.5], ['accent', 'ground', 4.5], ['accent', 'accent-wash', 4.5], ['accent-ink', 'accent', 4.5],
  ['alert', 'panel', 4.5], ['alert-ink', 'alert', 4.5], ['warn', 'panel', 4.5], ['warn', 'warn-wash', 4.5], ['ok', 'panel', 4.5], ['ok', 'ok-wash', 4.5],
  ['demo-ink', 'demo', 4.5], ['field-line', 'panel', 3], ['map-text', 'map-land', 4.5], ['map-site', 'map-land', 4.5],
];

describe.each<Theme>(['light', 'dark', 'contrast'])('%s', (theme) => {
  it.each(PAIRS)('%s on %s', (front, back, least) => {
    expect(ratio(valueOf(`--b-${front}`, theme), valueOf(`--b-${back}`, theme))).toBeGreaterThanOrEqual(theme === 'contrast' && least === 4.5 ? 7 : least);
  });
});

it('every token that is used is in the file', () => {
  const sources = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sources(path);
      return /\.(svelte|ts|css)$/.test(entry.name) && !entry.name.endsWith('.test.ts') ? [readFileSync(path, 'utf8')] : [];
    });
  const used = new Set(sources(join(__dirname, '..')).flatMap((text) => [...text.matchAll(/--b-[\w-]+(?=['")\s,])/g)].map(([name]) => name)));
  expect([...used].filter((name) => !base.has(name))).toEqual([]);
});

it('no colour stands outside the file, but the labels of TLP', () => {
  const stray = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return stray(path);
      if (!entry.name.endsWith('.svelte') || entry.name === 'TlpChip.svelte') return [];
      const style = readFileSync(path, 'utf8').split('<style>')[1] ?? '';
      return /#[0-9a-f]{3,8}\b|\brgba?\(/i.test(style) ? [path] : [];
    });
  expect(stray(join(__dirname, '..'))).toEqual([]);
});
