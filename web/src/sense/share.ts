// An observation as the item that is shared of it: the node drafts it, the operator reads and mends it. Not here: sharing (compose/).
import type { Draft } from '../api/types';
import { localTime, type Fields } from '../compose/composing.svelte';
import { i18n } from '../i18n/index.svelte';
import { problemText } from '../parts/problem';
import { announce } from '../stores/announce.svelte';
import { sense } from './api';

/** Reads the draft of an observation into the fields of an item. */
export async function observationFields(fields: Fields, id: string): Promise<Fields> {
  return itemFields(fields, await sense.draft(id, i18n.language));
}

/** Who it is for stays as the reader last had it: the preview says who that is. */
export function itemFields(fields: Fields, { kind, content, marking }: Draft): Fields {
  return {
    ...fields,
    kind,
    title: content.title,
    text: content.text ?? '',
    place: content.place ?? null,
    purposes: marking.purposes?.length ? marking.purposes : fields.purposes,
    tlp: marking.tlp,
    urgency: content.urgency ?? 'unknown',
    severity: content.severity ?? 'unknown',
    certainty: content.certainty ?? 'unknown',
    reliability: content.reliability ?? 'F',
    credibility: content.credibility ?? 6,
    tags: (content.tags ?? []).join(', '),
    sources: (content.sources ?? []).join(', '),
    observedFrom: localTime(content.observed_from),
    observedUntil: localTime(content.observed_until),
  };
}

/** Notes what an observation was shared as. What was shared was something: that is said with it, unless it was judged. */
export async function noteShared(id: string, item: string): Promise<void> {
  try {
    const { state } = await sense.shared(id, item);
    if (state === 'open') await sense.judge(id, { verdict: 'confirm' });
  } catch (error) {
    announce.show(problemText(error), 'error');
  }
}
