// A decision as the item that is shared of it: the node drafts it, a coordinator reads and mends it. Not here: sharing (compose/).
import type { Fields } from '../compose/composing.svelte';
import { localTime } from '../compose/composing.svelte';
import { i18n } from '../i18n/index.svelte';
import { itemFields } from '../sense/share';
import { measures } from './api';

/** Reads the draft of a decision into the fields of an item. */
export async function decisionFields(fields: Fields, id: string): Promise<Fields> {
  const draft = await measures.draft(id, i18n.language);
  return { ...itemFields(fields, draft), validFrom: localTime(draft.content.valid_from), validUntil: localTime(draft.content.valid_until) };
}
