// Prints how much JavaScript the first picture needs, gzipped, and fails past the budget:
// 150 kB without the map, 450 kB with it (library, our own part and its worker). Other screens load when opened.
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const folder = new URL('../dist/assets/', import.meta.url);
const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'));
const text = (name) => readFileSync(new URL(name, folder), 'utf8');
const named = (pattern) => scripts.filter((name) => pattern.test(name));
const size = (names) => [...names].reduce((total, name) => total + gzipSync(text(name), { level: 9 }).length / 1000, 0);

/** A script and everything it cannot start without. */
function whole(names, found = new Set()) {
  for (const name of names) {
    if (found.has(name)) continue;
    found.add(name);
    const needed = [...text(name).matchAll(/(?:from|import)\s*"\.\/([\w.-]+\.js)"/g)].map(([, other]) => other);
    whole(needed, found);
  }
  return found;
}

const entry = /src="\/assets\/([\w.-]+\.js)"/.exec(readFileSync(new URL('../dist/index.html', import.meta.url), 'utf8'))[1];
// The words of one language come along; the larger is counted.
const language = named(/^(en|nl)-/).sort((one, two) => size([two]) - size([one])).slice(0, 1);
const first = whole([entry, ...language]);
const withMap = whole([...named(/^(MapCanvas|maplibre-gl-csp-worker)-/)], new Set(first));
const [without, together] = [size(first), size(withMap)];
console.log(`first picture, JavaScript, gzip: ${without.toFixed(0)} kB without the map, ${together.toFixed(0)} kB with it; all screens ${size(scripts).toFixed(0)} kB`);
if (without > 150 || together > 450) {
  console.error('over the budget of 150 kB and 450 kB');
  process.exit(1);
}
