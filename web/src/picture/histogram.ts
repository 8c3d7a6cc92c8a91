// How much came in per hour of the last day. Pure.
import type { ItemSummary } from '../api/types';

type Timed = Pick<ItemSummary, 'kind' | 'reported'> & Partial<Pick<ItemSummary, 'observed_from' | 'valid_from'>>;

export interface Slot {
  from: number;
  until: number;
  count: number;
  alerts: number;
}

const SLOT_MS = 60 * 60_000;
const SLOTS = 24;
const LONG_BEFORE_MS = 30 * 60_000;

/** When it happened, as far as we know: seen, else valid from, and never after it was told. */
export function momentOf({ observed_from, valid_from, reported }: Timed): string {
  const told = observed_from ?? valid_from ?? reported;
  return told < reported ? told : reported;
}

/** What a list says: when it was told, or when it happened if that was long before. */
export function shownTime(item: Timed): string {
  const moment = momentOf(item);
  return Date.parse(item.reported) - Date.parse(moment) > LONG_BEFORE_MS ? moment : item.reported;
}

/** The 24 clock hours up to and including the present one. */
export function hours(items: Timed[], now: number): Slot[] {
  const last = Math.floor(now / SLOT_MS) * SLOT_MS;
  const first = last - (SLOTS - 1) * SLOT_MS;
  const slots = Array.from({ length: SLOTS }, (_, index) => {
    const from = first + index * SLOT_MS;
    return { from, until: from + SLOT_MS, count: 0, alerts: 0 };
  });
  for (const item of items) {
    const slot = slots[Math.floor((Date.parse(momentOf(item)) - first) / SLOT_MS)];
    if (!slot) continue;
    slot.count += 1;
    if (item.kind === 'alert') slot.alerts += 1;
  }
  return slots;
}
