// A signal as the item that is shared of it: what was seen, where, how sure, and with which default marking.
// Not here: sharing (compose/).
import type { Certainty, Place, Reliability } from '../api/types';
import { localTime, type Fields } from '../compose/composing.svelte';
import { i18n, number, t, when } from '../i18n/index.svelte';
import { announce } from '../stores/announce.svelte';
import { problemText } from '../parts/problem';
import { session } from '../stores/session.svelte';
import { watch } from './api';
import { book, className, placeName, termName } from './book.svelte';
import type { Shown } from './types';

/** What a source of a trust may claim: nobody observed it for us, so never `observed`. */
const CERTAINTIES: Record<Reliability, Certainty> = { A: 'likely', B: 'likely', C: 'possible', D: 'possible', E: 'unlikely', F: 'unknown' };
const REASONS_MAX = 4;
const TITLE_CHARS_MAX = 200;

/** Reads a signal and fills in the fields of an item. */
export async function signalFields(fields: Fields, id: string): Promise<Fields> {
  await Promise.all([i18n.need('watch'), book.read ? undefined : book.load()]);
  const { shown, documents } = await watch.signal(id);
  const urls = documents.flatMap((one) => (one.url ? [one.url] : []));
  return itemFields(fields, shown, urls, session.now?.member.purposes ?? []);
}

export function itemFields(fields: Fields, shown: Shown, urls: string[], held: string[]): Fields {
  const { signal } = shown;
  const { story } = signal;
  const trust = bestTrust(story.sources);
  const purposes = [...new Set(story.profiles.map((one) => book.profile(one)?.purpose).filter((one): one is string => !!one && held.includes(one)))];
  const classes = shown.judged?.class ? [shown.judged.class] : story.classes;
  return {
    ...fields,
    kind: 'signal',
    title: story.title.slice(0, TITLE_CHARS_MAX),
    text: textOf(shown),
    place: placeOf(shown),
    purposes: purposes.length > 0 ? purposes : fields.purposes,
    tlp: 'AMBER',
    reliability: trust,
    certainty: CERTAINTIES[trust],
    tags: classes.map(className).join(', '),
    // Commas part the sources of an item.
    sources: [...story.sources.map((one) => book.sourceName(one).replaceAll(',', ' ')), ...urls.slice(0, 5).map((url) => url.replaceAll(',', '%2C').replaceAll(';', '%3B'))].join(', '),
    observedFrom: localTime(story.started),
    observedUntil: '',
  };
}

function textOf({ signal, excerpt }: Shown): string {
  const { story, score } = signal;
  const reasons = score.terms.filter((one) => one.value > 0).slice(0, REASONS_MAX)
    .map((one) => `${t(`watch.term.${one.kind}`)} ${termName(one.kind, one.name)}${one.words?.length ? ` (${one.words.join(', ')})` : ''}`);
  return [
    excerpt.split('\n').map((line) => `> ${line}`).join('\n'),
    '',
    t('watch.item.spread', {
      documents: t('watch.spread.documents', { count: story.documents }), sources: t('watch.spread.sources', { count: story.sources.length }), from: when(story.started),
    }),
    t('watch.item.reasons', { score: number(score.total), reasons: reasons.join('; ') }),
  ].join('\n');
}

function placeOf({ signal, judged }: Shown): Place | null {
  const fixed = judged?.place;
  const found = fixed ? signal.places.find((one) => one.place === fixed) : signal.places[0];
  if (!found) return fixed ? { name: placeName(fixed) } : null;
  if (found.kind === 'site') return { site: found.place };
  if (found.kind === 'zone') return { zone: found.place };
  return {
    name: placeName(found.place),
    geometry: { type: 'Point', coordinates: [Number(found.longitude.toFixed(6)), Number(found.latitude.toFixed(6))] },
    uncertainty_m: Math.round(found.uncertainty_m),
  };
}

function bestTrust(sources: string[]): Reliability {
  const known = sources.map((one) => book.source(one)?.trust).filter((one): one is Reliability => !!one && one !== 'F');
  return known.sort()[0] ?? 'F';
}

/** Notes what a signal was shared as. What was shared was worth the time: that is judged with it, unless it was judged. */
export async function noteShared(id: string, item: string): Promise<void> {
  try {
    await watch.shared(id, item);
    const { shown } = await watch.signal(id);
    if (shown.state === 'open') await watch.judge(id, { verdict: 'relevant' });
  } catch (error) {
    announce.show(problemText(error), 'error');
  }
}
