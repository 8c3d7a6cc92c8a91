// A situation report begins as the items it gathers: by kind, newest first, each with its time and source.
// Not here: choosing them (screens/Gather.svelte); what label it gets, which the node decides from what it rests on.
import { api } from '../api/client';
import { TLPS, type Clause, type ItemDetail, type ItemSummary, type Kind } from '../api/types';
import { clock, dayLong, i18n, t, when } from '../i18n/index.svelte';
import { area } from '../stores/area.svelte';
import type { Fields } from './composing.svelte';

/** As many as an item may refer to. */
export const GATHER_MAX = 100;

const ORDER: Kind[] = ['alert', 'request', 'report', 'observation', 'signal', 'assessment', 'decision', 'notice', 'reply', 'lesson'];

/** The fields of a situation report about these items. */
export async function gathered(fields: Fields, ids: string[]): Promise<Fields> {
  const items = await Promise.all(ids.slice(0, GATHER_MAX).map((id) => api.item(id)));
  return situation(fields, items);
}

export function situation(fields: Fields, items: ItemDetail[], now = Date.now()): Fields {
  const tlp = strictest(items);
  const purposes = [...new Set(items.flatMap((one) => one.marking.purposes ?? []))];
  const handling = [...new Set(items.flatMap((one) => one.marking.handling ?? []))];
  return {
    ...fields,
    kind: 'report',
    title: t('sitrep.title', { day: dayLong(now), time: clock(now) }),
    text: summary(items),
    tlp,
    ...namesOf(items),
    handling,
    purposes: purposes.length > 0 ? purposes : fields.purposes,
    tags: t('sitrep.tag'),
    references: items.map((one) => ({ item: one.id, relation: 'rests_on', title: one.title })),
  };
}

export function strictest(items: Pick<ItemSummary, 'marking'>[]): Fields['tlp'] {
  const at = Math.max(0, ...items.map((one) => TLPS.indexOf(one.marking.tlp)));
  return TLPS[at] ?? 'GREEN';
}

/** The audience of the strictest: the node joins those of the others to it, so that this adds nobody and takes nobody. */
export function audienceOf(items: Pick<ItemSummary, 'marking'>[]): Clause[] {
  const tlp = strictest(items);
  return items.find((one) => one.marking.tlp === tlp)?.marking.audience ?? [];
}

function namesOf(items: ItemDetail[]): Pick<Fields, 'organisations' | 'communities' | 'members'> {
  const [clause = {}] = audienceOf(items);
  const members = (clause.members ?? []).map((id) => ({ id, name: '', organisation: '' }));
  return { organisations: clause.organisations ?? [], communities: clause.communities ?? [], members };
}

/** One paragraph per kind; each item a line that says when, who, where and what. */
export function summary(items: ItemSummary[]): string {
  const parts: string[] = [`${t('sitrep.lead')}: `, ''];
  for (const kind of ORDER) {
    const some = items.filter((one) => one.kind === kind).sort((one, two) => (one.reported < two.reported ? 1 : -1));
    if (some.length === 0) continue;
    parts.push(`**${t(`sitrep.kind.${kind}`)}**`, '', ...some.map(line), '');
  }
  return parts.join('\n').trim();
}

function line(item: ItemSummary): string {
  const place = area.placeName(item.place);
  const state = item.state === 'retracted' ? ` (${t('row.recalled', { kind: t(`kind.${item.kind}`).toLocaleLowerCase(i18n.locale) })})` : '';
  return `- ${when(item.reported)}, ${area.short(item.originator)}${place ? `, ${place}` : ''}: ${item.title}${state}`;
}
