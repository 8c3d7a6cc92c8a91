// Keeps the shell of the screens (page, scripts, styles, icons) for when the node cannot be reached. Never an answer of
// the API: what members may see lives in their page only, and ends with it.
const CACHE = 'belfry-shell-1';
const ENTRIES_MAX = 150;
const RESIDENTS = '/residents';

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.add('/')).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  const others = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(others());
});

/** Whether a request is for a part of the shell. Everything else goes to the node as if this file were not there. */
function isShell(request) {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return false;
  if (request.mode === 'navigate') return !/^\/(api|health|metrics)(\/|$)/.test(url.pathname);
  return /^\/(assets\/.+|icon\.svg|icon-.+\.png|manifest\.webmanifest|theme\.js)$/.test(url.pathname);
}

self.addEventListener('fetch', (event) => {
  if (isShell(event.request)) event.respondWith(answer(event.request));
});

const isForResidents = (request) => new URL(request.url).pathname.replace(/\/$/, '') === RESIDENTS;

async function answer(request) {
  const cache = await caches.open(CACHE);
  // Every address shows the same page, but for the one for residents. A file under assets/ never changes.
  const name = request.mode === 'navigate' ? (isForResidents(request) ? RESIDENTS : '/') : request;
  if (request.mode !== 'navigate' && new URL(request.url).pathname.startsWith('/assets/')) {
    const kept = await cache.match(name);
    if (kept) return kept;
  }
  try {
    const fresh = await fetch(request);
    if (fresh.ok && fresh.type === 'basic') await keep(cache, name, fresh.clone());
    return fresh;
  } catch (error) {
    const kept = await cache.match(name);
    if (kept) return kept;
    throw error;
  }
}

async function keep(cache, name, response) {
  await cache.put(name, response);
  const entries = await cache.keys();
  const old = entries.filter((one) => !['/', RESIDENTS].includes(new URL(one.url).pathname)).slice(0, Math.max(0, entries.length - ENTRIES_MAX));
  await Promise.all(old.map((one) => cache.delete(one)));
}
