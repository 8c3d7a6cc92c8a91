// Prints how much JavaScript the first picture needs, gzipped, and fails past the budget:
// 150 kB without the map, 450 kB with it (library, our own part and its worker). Other screens load when opened.
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const folder = new URL('../dist/assets/', import.meta.url);
const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'));
const sum = (pattern) =>
  scripts
    .filter((name) => pattern.test(name))
    .reduce((total, name) => total + gzipSync(readFileSync(new URL(name, folder)), { level: 9 }).length / 1000, 0);

const first = sum(/^index-/);
const map = sum(/^(map-library|MapCanvas|maplibre)/);
console.log(`first picture, JavaScript, gzip: ${first.toFixed(0)} kB without the map, ${(first + map).toFixed(0)} kB with it; all screens ${sum(/./).toFixed(0)} kB`);
if (first > 150 || first + map > 450) {
  console.error('over the budget of 150 kB and 450 kB');
  process.exit(1);
}
