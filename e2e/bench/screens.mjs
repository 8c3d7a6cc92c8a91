// `cargo xtask bench screens`: what a user waits for, measured in Chromium against a node of this machine. Prints a table
// with the machine and medians; it holds nothing against anything: the budgets stand beside the figures.
// Not here: whether the screens do what they should (walks/).
import { parseArgs } from 'node:util';
import { measureArrival, measureCrowd, measureFirst, measureMemory, measureReplay, measureSignals, measureSize } from './measures.mjs';
import { machine, printTable, rendererOf, startBrowser, startNode } from './parts.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    minutes: { type: 'string', default: '1' },
    items: { type: 'string', default: '100000' },
    posts: { type: 'string', default: '200' },
    day: { type: 'string', default: '20000' },
    only: { type: 'string', default: '' },
  },
});
const runs = Math.max(1, Number(values.runs));
const only = values.only ? values.only.split(',') : [];
const wants = (name) => only.length === 0 || only.includes(name);

const browser = await startBrowser();
const rows = [];
const outside = { count: 0 };
try {
  if (wants('size')) rows.push(...measureSize());
  if (['first', 'arrival', 'memory'].some(wants)) {
    const node = await startNode(['demo', '--port', '0', '--seed', '1', '--quiet-world']);
    try {
      if (wants('first')) rows.push(...(await measureFirst(browser, node.origin, outside, runs)));
      if (wants('arrival')) rows.push(...(await measureArrival(browser, node.origin, outside, runs)));
      if (wants('memory')) rows.push(...(await measureMemory(browser, node.origin, outside, Number(values.minutes))));
    } finally {
      await node.stop();
    }
  }
  if (wants('replay')) {
    const node = await startNode(['bench-node', '--day', '--items', values.day]);
    try {
      rows.push(...(await measureReplay(browser, node.origin, outside, runs, Number(values.day))));
    } finally {
      await node.stop();
    }
  }
  if (wants('signals')) {
    const node = await startNode(['demo', '--port', '0', '--seed', '1', '--chatter', values.posts]);
    try {
      rows.push(...(await measureSignals(browser, node.origin, outside, 60, Number(values.posts))));
    } finally {
      await node.stop();
    }
  }
  if (wants('crowd')) {
    const node = await startNode(['bench-node', '--items', values.items]);
    try {
      rows.push(...(await measureCrowd(browser, node.origin, outside, runs, Number(values.items))));
    } finally {
      await node.stop();
    }
  }
  rows.push(['requests that left the origin, in all of the above', 'none', String(outside.count)]);
  printTable(rows, { ...machine(), chromium: browser.version(), renderer: await rendererOf(browser), command: `bench screens ${process.argv.slice(2).join(' ')}`.trim() });
} finally {
  await browser.close();
}
