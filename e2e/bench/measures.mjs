// The measurements themselves. Each gives rows: what, its budget, what was measured.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { framesOf, median, person, quantile, settled, watchFrames } from './parts.mjs';

const WEB = fileURLToPath(new URL('../../web/', import.meta.url));
const ms = (value) => `${value.toFixed(0)} ms`;

/** How much JavaScript the first picture needs. */
export function measureSize() {
  const said = execFileSync('node', ['scripts/size.mjs'], { cwd: WEB, encoding: 'utf8' });
  const [, without, together] = /: (\d+) kB without the map, (\d+) kB/.exec(said) ?? [];
  return [['JavaScript of the first picture, gzip', '150 kB, 450 kB with the map', `${without} kB, ${together} kB with the map`]];
}

/** From asking for the address to a list and a map on the screen: with nothing kept by the browser, and once more. */
export async function measureFirst(browser, origin, outside, runs) {
  const [cold, warm, list] = [[], [], []];
  for (let run = 0; run < runs; run += 1) {
    const { context, page } = await person(browser, origin, outside, 'Duty officer Europol');
    await page.addInitScript(() => {
      const found = {};
      const look = () => {
        if (document.querySelector('[data-item]')) found.list ??= performance.now();
        if (document.querySelector('[data-ready="true"]')) found.map ??= performance.now();
        if (found.list && found.map) window.found = found;
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
    for (const times of [cold, warm]) {
      await page.goto('/');
      const found = await (await page.waitForFunction(() => window.found, null, { timeout: 120_000 })).jsonValue();
      times.push(Math.max(found.list, found.map));
      list.push(found.list);
    }
    await context.close();
  }
  return [
    ['first picture (list and map) from a warm node, empty browser cache', '1.5 s', ms(median(cold))],
    ['the same with the browser’s cache', '', ms(median(warm))],
    ['the list alone, of both', '', ms(median(list))],
  ];
}

/** From sending an item to its row on another screen. */
export async function measureArrival(browser, origin, outside, runs) {
  const writer = await person(browser, origin, outside, 'Duty officer OPCW');
  const reader = await person(browser, origin, outside, 'Duty officer Europol');
  await reader.page.goto('/');
  await settled(reader.page);
  const shown = new Map();
  await reader.page.exposeFunction('shown', (title, at) => shown.set(title, at));
  await reader.page.evaluate(() => {
    const known = new Set();
    const look = () => {
      for (const row of document.querySelectorAll('[data-item] .title')) {
        const title = /Measured \S+/.exec(row.textContent ?? '')?.[0];
        // Known after a frame more: then it has been drawn.
        if (title && !known.has(title)) known.add(title) && requestAnimationFrame(() => window.shown(title, performance.timeOrigin + performance.now()));
      }
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true });
  });
  const took = [];
  for (let index = 0; index < 20 * runs; index += 1) {
    const title = `Measured ${index}-${Date.now().toString(36)}`;
    const sent = performance.timeOrigin + performance.now();
    await writer.share(title);
    for (let wait = 0; wait < 200 && !shown.has(title); wait += 1) await new Promise((resolve) => setTimeout(resolve, 25));
    took.push(shown.has(title) ? shown.get(title) - sent : Infinity);
  }
  await writer.context.close();
  await reader.context.close();
  return [[`sending an item to its pixels on another screen (${took.length} items)`, 'p95 300 ms', `p50 ${ms(median(took))}, p95 ${ms(quantile(took, 0.95))}`]];
}

/** A hand that is dragged over a day. */
export async function measureReplay(browser, origin, outside, runs, items) {
  const { context, page } = await person(browser, origin, outside, 'Duty officer Police');
  const [frames, busy, worst, loading] = [[], [], [], []];
  await page.goto('/');
  await settled(page);
  for (let run = 0; run < runs; run += 1) {
    const track = page.locator('[data-replay]');
    const box = await track.boundingBox();
    const at = (share) => [box.x + box.width * share, box.y + box.height / 2];
    const began = performance.now();
    await page.mouse.click(...at(0.5));
    await page.locator('[data-replay="ready"]').waitFor({ timeout: 120_000 });
    loading.push(performance.now() - began);
    await page.waitForTimeout(1_000);
    await watchFrames(page);
    await page.mouse.move(...at(0.5));
    await page.mouse.down();
    for (let step = 0; step <= 240; step += 1) await page.mouse.move(...at(0.5 + 0.47 * Math.sin((step / 240) * 4 * Math.PI)));
    await page.mouse.up();
    const seen = await framesOf(page);
    frames.push(...seen.frames);
    worst.push(Math.max(...seen.frames));
    busy.push(Math.max(0, ...seen.busy));
    await page.keyboard.press('l');
    await page.waitForTimeout(500);
  }
  await context.close();
  return [
    [`reading a day of ${items.toLocaleString('en')} items for replay`, '', ms(median(loading))],
    ['scrubbing it: longest frame', '100 ms', `${ms(median(worst))} (median frame ${ms(median(frames))})`],
    ['scrubbing it: longest work of the page itself between frames', '100 ms', median(busy) > 0 ? ms(median(busy)) : 'none over 50 ms'],
  ];
}

/** Panning and zooming with many items on the map. */
export async function measureCrowd(browser, origin, outside, runs, items) {
  const { context, page } = await person(browser, origin, outside, 'Duty officer Police');
  await page.goto('/');
  await settled(page);
  await page.getByRole('tab', { name: /^All/ }).click();
  await page.waitForTimeout(3_000);
  const [rates, worst, zooms] = [[], [], []];
  const [x, y] = [500, 480];
  for (let run = 0; run < runs; run += 1) {
    await watchFrames(page);
    await page.mouse.move(x, y);
    await page.mouse.down();
    for (let step = 0; step <= 120; step += 1) await page.mouse.move(x + 160 * Math.sin(step / 12), y + 120 * Math.cos(step / 15));
    await page.mouse.up();
    const pan = await framesOf(page);
    rates.push(1000 / (pan.frames.reduce((sum, one) => sum + one, 0) / pan.frames.length));
    worst.push(Math.max(...pan.frames));
    await watchFrames(page);
    for (const by of [-200, -200, 200, 200]) {
      await page.mouse.wheel(0, by);
      await page.waitForTimeout(300);
    }
    const zoom = await framesOf(page);
    zooms.push(1000 / (zoom.frames.reduce((sum, one) => sum + one, 0) / zoom.frames.length));
  }
  const shown = await page.locator('details.list summary .figures').innerText();
  await context.close();
  return [
    [`panning a map with ${items.toLocaleString('en')} items (${shown} in the window)`, '60 frames/s on real hardware', `${median(rates).toFixed(0)} frames/s, longest frame ${ms(median(worst))}`],
    ['zooming it', '60 frames/s on real hardware', `${median(zooms).toFixed(0)} frames/s`],
  ];
}

/** From the arrival of a post at the node to its signal in an analyst's browser, with so many posts a second. */
export async function measureSignals(browser, origin, outside, seconds, perSecond) {
  const { context, page } = await person(browser, origin, outside, 'Web analyst Police');
  await page.goto('/');
  const found = await page.evaluate(async (seconds) => {
    const delays = { arrived: [], published: [] };
    const stream = new EventSource('/api/v1/stream');
    stream.addEventListener('signal', async (event) => {
      const { id } = JSON.parse(event.data);
      const answer = await fetch(`/api/v1/watch/signals/${id}`);
      if (!answer.ok) return;
      const { documents } = await answer.json();
      const now = Date.now();
      const newest = (name) => Math.max(...documents.map((one) => Date.parse(one[name])));
      delays.arrived.push(now - newest('arrived'));
      delays.published.push(now - newest('published'));
    });
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    stream.close();
    return delays;
  }, seconds);
  const sources = await (await context.request.get('/api/v1/watch/sources')).json();
  const taken = sources.items.reduce((sum, one) => sum + one.days.at(-1), 0);
  await context.close();
  const told = (list) => (list.length > 0 ? `p50 ${ms(median(list))}, p95 ${ms(quantile(list, 0.95))}` : 'none');
  return [
    [`a post's arrival to its signal in the browser, ${perSecond} posts/s for ${seconds} s (${taken} documents, ${found.arrived.length} changes of signals)`, 'p95 5 s', told(found.arrived)],
    ['the same from the time of posting', '', told(found.published)],
  ];
}

/** The page's own memory while items keep coming. */
export async function measureMemory(browser, origin, outside, minutes) {
  const PER_SECOND = 4;
  const writer = await person(browser, origin, outside, 'Duty officer OPCW');
  const reader = await person(browser, origin, outside, 'Duty officer Europol');
  await reader.page.goto('/');
  await settled(reader.page);
  const devtools = await reader.context.newCDPSession(reader.page);
  const used = async () => {
    await devtools.send('HeapProfiler.collectGarbage');
    return (await devtools.send('Runtime.getHeapUsage')).usedSize / 1e6;
  };
  const found = [await used()];
  const total = Math.round(minutes * 60 * PER_SECOND);
  const quarter = Math.max(1, Math.round(total / 4));
  for (let index = 0; index < total; index += 1) {
    const next = performance.now() + 1000 / PER_SECOND;
    await writer.share(`Memory ${index}`);
    if ((index + 1) % quarter === 0) found.push(await used());
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
  }
  await writer.context.close();
  await reader.context.close();
  return [[`memory of the page over ${minutes} min of live feed, ${total} items (start, each quarter)`, 'flat over 30 min', `${found.map((one) => one.toFixed(1)).join(', ')} MB`]];
}
