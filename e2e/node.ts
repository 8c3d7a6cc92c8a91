// Starts a demonstration node for a worker and ends it after. Not here: what is done with it (fixtures.ts).
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const START_MS_MAX = 60_000;

export interface RunningNode {
  origin: string;
  stop: () => Promise<void>;
}

/** The node of BELFRY_BIN on a port of its own; or the one that already runs at BELFRY_URL. `street`: with its invented sensors. */
export async function startNode(street = false): Promise<RunningNode> {
  const running = process.env['BELFRY_URL'];
  if (running) return { origin: running.replace(/\/$/, ''), stop: async () => undefined };
  const data = mkdtempSync(join(tmpdir(), 'belfry-e2e-'));
  const node = await startDemo(0, data, street);
  return { origin: node.origin, stop: () => node.stop().finally(() => rmSync(data, { recursive: true, force: true })) };
}

/** A demonstration on a port (0: any) in a folder that stays when it stops, so that it can be started again. */
export async function startDemo(port: number, data: string, street = false): Promise<RunningNode> {
  const child = spawn(belfry(), ['demo', '--port', String(port), '--data', data, '--seed', '1', ...(street ? [] : ['--quiet-world'])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const origin = await ready(child);
    return { origin, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

/** A node that is no demonstration, reached by name as passkeys need it, with the link for its first administrator. */
export async function startOwnNode(): Promise<RunningNode & { link: string }> {
  const program = belfry();
  const data = mkdtempSync(join(tmpdir(), 'belfry-e2e-'));
  const config = join(data, 'belfry.toml');
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  writeFileSync(config, [
    '[node]', 'origin = "belfry.localhost/e2e"', `data_folder = "${data}/data"`, `key_file = "${data}/node.key"`,
    '[http]', `listen = "127.0.0.1:${port}"`, `public_url = "${origin}/"`,
  ].join('\n'));
  const link = execFileSync(program, ['init', '--config', config], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  const child = spawn(program, ['run', '--config', config], { stdio: ['ignore', 'ignore', 'inherit'] });
  await answers(`${origin}/health/ready`, child);
  return { origin, link, stop: () => stop(child).finally(() => rmSync(data, { recursive: true, force: true })) };
}

function belfry(): string {
  const program = process.env['BELFRY_BIN'];
  if (!program) throw new Error('set BELFRY_BIN to the belfry program, or BELFRY_URL to a running demonstration');
  return program;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + START_MS_MAX;
  while (child.exitCode === null && Date.now() < until) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the node did not answer at ${url}`);
}

function ready(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`the node did not say "ready" in time; it said: ${said}`)), START_MS_MAX);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const found = /^ready (http:\/\/\S+)/m.exec(said);
      if (!found?.[1]) return;
      clearTimeout(timer);
      resolve(found[1].replace(/\/$/, ''));
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the node ended with ${code} before it was ready; it said: ${said}`));
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
