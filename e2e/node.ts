// Starts a demonstration node for a worker and ends it after. Not here: what is done with it (fixtures.ts).
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const START_MS_MAX = 60_000;

export interface RunningNode {
  origin: string;
  stop: () => Promise<void>;
}

/** The node of BELFRY_BIN on a port of its own; or the one that already runs at BELFRY_URL. */
export async function startNode(): Promise<RunningNode> {
  const running = process.env['BELFRY_URL'];
  if (running) return { origin: running.replace(/\/$/, ''), stop: async () => undefined };
  const program = process.env['BELFRY_BIN'];
  if (!program) throw new Error('set BELFRY_BIN to the belfry program, or BELFRY_URL to a running demonstration');
  const data = mkdtempSync(join(tmpdir(), 'belfry-e2e-'));
  const child = spawn(program, ['demo', '--port', '0', '--data', data, '--seed', '1', '--quiet-world'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const origin = await ready(child);
    return { origin, stop: () => stop(child, data) };
  } catch (error) {
    await stop(child, data);
    throw error;
  }
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

async function stop(child: ChildProcess, data: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
  rmSync(data, { recursive: true, force: true });
}
