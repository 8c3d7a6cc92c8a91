// Which of the times of an item a list shows. Pure.
import type { ItemSummary } from '../api/types';

type Timed = Pick<ItemSummary, 'reported'> & Partial<Pick<ItemSummary, 'observed_from' | 'valid_from'>>;

const LONG_BEFORE_MS = 30 * 60_000;

/** When it happened, as far as we know: seen, else valid from, and never after it was told. */
function momentOf({ observed_from, valid_from, reported }: Timed): string {
  const told = observed_from ?? valid_from ?? reported;
  return told < reported ? told : reported;
}

/** What a list says: when it was told, or when it happened if that was long before. */
export function shownTime(item: Timed): string {
  const moment = momentOf(item);
  return Date.parse(item.reported) - Date.parse(moment) > LONG_BEFORE_MS ? moment : item.reported;
}
