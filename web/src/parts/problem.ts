// A problem in the reader's words: by its name when we know it, else as the node said it.
import { Problem } from '../api/client';
import { t, tOr } from '../i18n/index.svelte';

export function problemText(error: unknown): string {
  if (!(error instanceof Problem)) return t('problem.unknown');
  if (error.name === 'offline') return t('problem.offline');
  const known = tOr(`problem.${error.name}`, '');
  if (known) return known;
  return error.detail || error.title || t('problem.unknown');
}
