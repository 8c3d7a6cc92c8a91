// A stand-in for a node while the screens are worked on: one process, no storage, no security. Never part of a build.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connect, Plugin } from 'vite';
import { area, members } from './area';
import { Node } from './node';

export function mockNode(): Plugin {
  const handle = handler();
  return {
    name: 'belfry-mock-node',
    apply: (_, { command, isPreview }) => command === 'serve' || isPreview === true,
    configureServer: (server) => void server.middlewares.use('/api/v1', handle),
    configurePreviewServer: (server) => void server.middlewares.use('/api/v1', handle),
  };
}

function handler(): Connect.SimpleHandleFunction {
  let node: Node | undefined;
  return (request, response) => {
    node ??= new Node(area(), members());
    void answer(node, request, response);
  };
}

async function answer(node: Node, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://mock');
  const who = /belfry-mock=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1];
  const body = await read(request);
  if (url.pathname === '/stream') {
    const member = node.member(who);
    if (!member) return send(response, 401, { type: '/problems/unauthenticated', title: 'Not signed in', status: 401 });
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    const stop = node.listen(member, (event, data) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
    request.on('close', stop);
    return;
  }
  const { status, json, cookie } = node.answer(request.method ?? 'GET', url, who, body, request.headers['x-file-name'] as string | undefined);
  if (cookie !== undefined) response.setHeader('Set-Cookie', `belfry-mock=${cookie}; Path=/; HttpOnly; SameSite=Strict`);
  send(response, status, json);
}

function send(response: ServerResponse, status: number, json: unknown): void {
  response.statusCode = status;
  response.setHeader('Content-Type', status >= 400 ? 'application/problem+json' : 'application/json');
  response.end(json === undefined ? '' : JSON.stringify(json));
}

async function read(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  if (!String(request.headers['content-type'] ?? '').includes('json')) return { size: bytes.length };
  return bytes.length > 0 ? JSON.parse(bytes.toString('utf8')) : {};
}
