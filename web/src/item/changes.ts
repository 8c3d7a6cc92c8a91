// What changed from one version to the next, field by field, in the reader's words. Not here: the text itself (Diff.svelte).
import type { ItemVersion, Marking } from '../api/types';
import { listed, named, t, when } from '../i18n/index.svelte';
import { area } from '../stores/area.svelte';

export interface FieldChange {
  name: string;
  before: string;
  after: string;
}

/** The fields that differ, other than title and text. */
export function changes(before: ItemVersion, after: ItemVersion): FieldChange[] {
  const [one, two] = [facts(before), facts(after)];
  return Object.keys(one)
    .filter((name) => one[name] !== two[name])
    .map((name) => ({ name, before: one[name] || '–', after: two[name] || '–' }));
}

function facts({ content, marking }: ItemVersion): Record<string, string> {
  const time = (at: string | undefined) => (at ? when(at) : '');
  return {
    [t('item.observed')]: [content.observed_from, content.observed_until].filter(Boolean).map(time).join(' – '),
    [t('item.valid')]: [content.valid_from, content.valid_until].filter(Boolean).map(time).join(' – '),
    [t('compose.where')]: placeText(content.place),
    [t('item.urgency')]: t(`urgency.${content.urgency ?? 'unknown'}`),
    [t('item.severity')]: t(`severity.${content.severity ?? 'unknown'}`),
    [t('item.certainty')]: t(`certainty.${content.certainty ?? 'unknown'}`),
    [t('item.source')]: `${content.reliability ?? 'F'}${content.credibility ?? 6}`,
    [t('item.restson')]: (content.sources ?? []).join(', '),
    [t('item.tags')]: (content.tags ?? []).join(', '),
    [t('item.attachments')]: (content.attachments ?? []).map((one) => one.name).join(', '),
    [t('compose.due')]: time(content.request?.due),
    [t('diff.label')]: marking.tlp,
    [t('compose.pap')]: marking.pap ?? '',
    [t('compose.handling')]: (marking.handling ?? []).join(', '),
    [t('item.audience')]: audienceText(marking),
    [t('compose.for')]: (marking.purposes ?? []).map((id) => area.purposeName(id)).join(', '),
    [t('compose.retention')]: t(`retention.${marking.retention ?? 'standard'}`),
  };
}

function placeText(place: ItemVersion['content']['place']): string {
  if (!place) return '';
  const point = place.geometry?.type === 'Point' ? place.geometry.coordinates.map((degrees) => degrees.toFixed(5)).reverse().join(', ') : '';
  return [area.placeName(place), point, place.uncertainty_m ? t('item.within', { metres: place.uncertainty_m }) : ''].filter(Boolean).join(' · ');
}

/** Who is named, in words: each clause a list, every clause must hold. */
export function audienceText(marking: Marking): string {
  const clauses = (marking.audience ?? []).map((clause) => {
    const names = [
      ...(clause.communities ?? []).map((id) => named(area.community(id)?.name) || id),
      ...(clause.organisations ?? []).map((id) => area.short(id)),
    ];
    if (clause.members?.length) names.push(t('item.named', { count: clause.members.length }));
    return listed(names);
  });
  return clauses.join(` ${t('diff.andin')} `);
}
