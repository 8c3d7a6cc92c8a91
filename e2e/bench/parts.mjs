// What the measurements need: a node of their own, a browser, people signed in, medians, a table.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';

const START_MS_MAX = 900_000;

export const median = (values) => quantile(values, 0.5);
export function quantile(values, share) {
  const sorted = [...values].sort((one, two) => one - two);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

export function startBrowser() {
  return chromium.launch({
    executablePath: process.env.BELFRY_CHROMIUM ?? process.env.CHROMIUM ?? '/usr/bin/chromium',
    // What the browser does by itself on this computer, with a graphics card or without: drawing the page by way of an
    // emulated one takes two to three times as long as drawing it without. The table names what drew the map.
    args: ['--no-sandbox', '--enable-precise-memory-info'],
  });
}

/** A node of the built program in a folder that goes with it. */
export async function startNode(words) {
  const program = process.env.BELFRY_BIN;
  if (!program) throw new Error('set BELFRY_BIN to the belfry program');
  const data = mkdtempSync(join(tmpdir(), 'belfry-bench-'));
  const child = spawn(program, [...words, '--data', data], { stdio: ['ignore', 'pipe', 'inherit'] });
  const origin = await new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`the node was not ready in time; it said: ${said}`)), START_MS_MAX);
    child.stdout.setEncoding('utf8').on('data', (text) => {
      said += text;
      const found = /^ready (http:\/\/\S+)/m.exec(said);
      if (found) resolve(found[1].replace(/\/$/, '')) || clearTimeout(timer);
    });
    child.once('exit', (code) => reject(new Error(`the node ended with ${code}; it said: ${said}`)));
  });
  return {
    origin,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** A page of somebody who is signed in, in a context of its own. */
export async function person(browser, origin, outside, member) {
  const context = await browser.newContext({ baseURL: origin, viewport: { width: 1440, height: 900 }, locale: 'en-GB', timezoneId: 'Europe/Amsterdam' });
  context.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`) && !/^(blob|data):/.test(request.url())) outside.count += 1;
  });
  const sent = { origin, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
  const listed = await (await context.request.get('/api/v1/demo/members')).json();
  const found = (listed.items ?? listed.members ?? listed).find(({ name }) => name === member);
  if (!found) throw new Error(`there is no ${member}`);
  const answer = await context.request.post('/api/v1/demo/session', { headers: sent, data: { member: found.id } });
  if (!answer.ok()) throw new Error(`cannot sign in as ${member}: ${answer.status()} ${await answer.text()}`);
  let number = 0;
  const share = async (title) => {
    number += 1;
    const content = { title, text: '', tags: [], sources: [], attachments: [], references: [], place: { geometry: { type: 'Point', coordinates: [4.277 + (number % 20) / 2000, 52.088 + (number % 13) / 2500] } } };
    const marking = { tlp: 'GREEN', handling: [], audience: [], purposes: [], retention: 'brief' };
    const shared = await context.request.post('/api/v1/items', { headers: { ...sent, 'idempotency-key': `${Date.now()}-${number}-${Math.random()}` }, data: { kind: 'report', content, marking } });
    if (!shared.ok()) throw new Error(`cannot share: ${shared.status()} ${await shared.text()}`);
  };
  return { context, page: await context.newPage(), share };
}

export const settled = async (page) => {
  await page.locator('[data-ready="true"]').first().waitFor({ state: 'attached', timeout: 120_000 });
  await page.locator('[data-state="ready"]').first().waitFor({ state: 'attached', timeout: 120_000 });
};

/** Records how long frames take and what keeps the page busy, until `frames.stop()`. */
export const watchFrames = (page) =>
  page.evaluate(() => {
    const watched = { frames: [], busy: [], last: performance.now(), on: true };
    const observer = new PerformanceObserver((list) => watched.busy.push(...list.getEntries().map(({ duration }) => duration)));
    observer.observe({ type: 'longtask' });
    const each = (now) => {
      watched.frames.push(now - watched.last);
      watched.last = now;
      if (watched.on) requestAnimationFrame(each);
      else observer.disconnect();
    };
    requestAnimationFrame((now) => { watched.last = now; requestAnimationFrame(each); });
    window.watched = watched;
  });
export const framesOf = (page) =>
  page.evaluate(() => {
    window.watched.on = false;
    return { frames: window.watched.frames, busy: window.watched.busy };
  });

export async function rendererOf(browser) {
  const page = await browser.newPage();
  const name = await page.evaluate(() => {
    const gl = document.createElement('canvas').getContext('webgl2');
    const info = gl?.getExtension('WEBGL_debug_renderer_info');
    return info ? gl.getParameter(info.UNMASKED_RENDERER_WEBGL) : 'none';
  });
  await page.close();
  return name;
}

export function machine() {
  const [first] = cpus();
  const busy = readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 2).join(' and ');
  return { processor: `${cpus().length} × ${first?.model ?? 'unknown'}`, memory: `${(totalmem() / 1e9).toFixed(0)} GB`, load: `${busy} (1 and 5 minutes) when it ended` };
}

export function printTable(rows, about) {
  console.log('# Screens\n');
  for (const [name, value] of Object.entries(about)) console.log(`- ${name}: ${value}`);
  console.log('\n| what | budget | measured |\n|---|---|---|');
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
}
