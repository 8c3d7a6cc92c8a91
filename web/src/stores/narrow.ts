// What a picture is narrowed to, live and in the past, and what fits. Pure. Not here: who reads the items (feed).
import { URGENCIES, type Filters, type ItemSummary, type Span, type Urgency } from '../api/types';

/** All but `unread` is also understood by the node. */
export interface Narrow {
  kind: string;
  zone: string;
  originator: string;
  urgency: string;
  unacknowledged: boolean;
  unread: boolean;
}

export const NARROW_NONE: Narrow = { kind: '', zone: '', originator: '', urgency: '', unacknowledged: false, unread: false };

/** How many filters are on. */
export const narrowCount = (narrow: Narrow): number => Object.values(narrow).filter(Boolean).length;

/** As the node is asked. */
export function asFilters({ kind, zone, originator, urgency, unacknowledged }: Narrow): Filters {
  return { kind, zone, originator, urgency, unacknowledged };
}

/** What an item and a span of the past have in common. */
export function fitsNarrow(
  one: Pick<ItemSummary, 'kind' | 'originator' | 'urgency'> & { place?: { zone?: string | null } } | Span,
  { kind, zone, originator, urgency }: Narrow,
): boolean {
  if (kind && one.kind !== kind) return false;
  if (zone && one.place?.zone !== zone) return false;
  if (originator && one.originator !== originator) return false;
  return !urgency || URGENCIES.indexOf(one.urgency) <= URGENCIES.indexOf(urgency as Urgency);
}
