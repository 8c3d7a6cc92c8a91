// Reads what is public, and keeps the last of it on this device for when there is no connection. No cookies, no session.
import type { PublicPage, Sensor, Streets } from './types';

const BASE = '/api/v1/public';
const KEPT = 'belfry.residents';
/** Browsers keep about 5 MB for a site; a larger area is not kept. */
const KEPT_CHARS_MAX = 2_000_000;

export interface Known { page: PublicPage; streets: Streets }
export type Answer = { known: Known; offline: boolean } | 'absent' | 'failed';

async function ask<T>(path: string): Promise<T | null> {
  const response = await fetch(BASE + path, { credentials: 'omit', headers: { accept: 'application/json' } });
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return (await response.json()) as T;
}

/** What is published; what was kept when the node cannot be reached. */
export async function read(): Promise<Answer> {
  try {
    const [page, streets] = await Promise.all([ask<PublicPage>('/measures'), ask<Streets>('/streets')]);
    if (!page || !streets) {
      keep(null);
      return 'absent';
    }
    keep({ page, streets });
    return { known: { page, streets }, offline: false };
  } catch {
    const known = kept();
    return known ? { known, offline: true } : 'failed';
  }
}

/** The register of sensors; nothing where the node does not show it. */
export async function readSensors(): Promise<Sensor[]> {
  try {
    return (await ask<{ items: Sensor[] }>('/sensors'))?.items ?? [];
  } catch {
    return [];
  }
}

/** Where programs of others read the same: calendar, feed and map data. */
export function subscriptions(language: string, street: string | null): { calendar: string; feed: string; map: string } {
  const query = new URLSearchParams({ language, ...(street ? { street } : {}) }).toString();
  return { calendar: `${BASE}/measures.ics?${query}`, feed: `${BASE}/measures.rss?${query}`, map: `${BASE}/measures.geojson` };
}

function keep(known: Known | null): void {
  try {
    const text = known ? JSON.stringify(known) : '';
    if (text && text.length < KEPT_CHARS_MAX) localStorage.setItem(KEPT, text);
    else localStorage.removeItem(KEPT);
  } catch {
    // A browser that keeps nothing shows nothing without a connection.
  }
}

function kept(): Known | null {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? 'null') as Known | null;
  } catch {
    return null;
  }
}
