// Words that are put together from messages: roles, states, one-line descriptions of items.
import type { ItemSummary } from '../api/types';
import { clock, i18n, listed, number, t, tOr, when } from '../i18n/index.svelte';
import { area } from '../stores/area.svelte';

export const roleNames = (roles: string[]): string =>
  roles.map((role) => tOr(`role.${role}`, role)).join(', ');

/** "Seen by 4 of 6, waiting for Europol and Police" */
export function seenBy(item: Pick<ItemSummary, 'acknowledged' | 'awaiting'>): string {
  const seen = item.acknowledged.length;
  const waiting = item.awaiting.filter((one) => !item.acknowledged.includes(one));
  const all = seen + waiting.length;
  if (all === 0) return '';
  if (waiting.length === 0) return t('ack.all', { count: all });
  const names = waiting.slice(0, 3).map((one) => area.short(one));
  if (waiting.length > 3) names.push(t('ack.more', { count: waiting.length - 3 }));
  return t('ack.some', { seen, all, waiting: listed(names) });
}

/** The second line of a row: kind, place, and the one fact that matters for this kind. */
export function rowFacts(item: ItemSummary): string[] {
  const facts: string[] = [t(`kind.${item.kind}`)];
  if (item.state === 'retracted') facts[0] = t('row.recalled', { kind: t(`kind.${item.kind}`).toLocaleLowerCase(i18n.locale) });
  facts.push(area.short(item.originator));
  const place = area.placeName(item.place);
  const home = !item.place?.name && item.place?.site && area.site(item.place.site)?.organisation === item.originator;
  if (place && !home) facts.push(place);
  if (item.request) {
    const { state, due } = item.request;
    facts.push(due && (state === 'open' || state === 'overdue') ? t(`request.${state}.due`, { due: when(due) }) : t(`request.${state}`));
  } else if (item.kind === 'notice' || item.kind === 'decision') {
    facts.push(t('row.until', { from: when(item.valid_from), until: sameDay(item) ? clock(item.valid_until) : when(item.valid_until) }));
  }
  if (item.replies) facts.push(t('row.replies', { count: item.replies }));
  return facts;
}

const sameDay = (item: ItemSummary) => item.valid_from.slice(0, 10) === item.valid_until.slice(0, 10);

/** How sure, in words: "B2, usually reliable, probably true" is too long for a row, so only the code. */
export const admiralty = (item: Pick<ItemSummary, 'reliability' | 'credibility'>): string =>
  `${item.reliability}${number(item.credibility)}`;
