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

// What the page names loads first. The messages of one language are data and come beside it.
const page = readFileSync(new URL('../dist/index.html', import.meta.url), 'utf8');
const named = [...page.matchAll(/assets\/([\w.-]+\.js)/g)].map(([, name]) => name);
const first = sum({ test: (name) => named.includes(name) });
const messages = Math.max(...readdirSync(folder).filter((name) => name.endsWith('.json')).map((name) => gzipSync(readFileSync(new URL(name, folder)), { level: 9 }).length / 1000));
const map = sum(/^(map-library|MapCanvas|maplibre)/);
console.log(`first picture, JavaScript, gzip: ${first.toFixed(0)} kB without the map, ${(first + map).toFixed(0)} kB with it; all screens ${sum(/./).toFixed(0)} kB; messages ${messages.toFixed(0)} kB`);
if (first > 150 || first + map > 450) {
  console.error('over the budget of 150 kB and 450 kB');
  process.exit(1);
}
