// What the node finds wrong with a field, in the reader's words where we know them. Not here: showing it.
import type { Fault } from '../api/types';
import { t } from '../i18n/index.svelte';

/** The field of a fault: of `profile "roads" phrases` it is `phrases`. */
export const fieldOf = (fault: Fault): string => fault.path.split(' ').at(-1) ?? '';

export const faultAt = (faults: Fault[], field: string): string => faults.filter((one) => fieldOf(one) === field).map(faultText).join(' ');

/** Watching a person is refused, and the reader is told why. */
export function faultText(fault: Fault): string {
  const phrase = /^"(.*)" (?:looks like the name of a person|is|looks like|names|has)/s.exec(fault.what)?.[1] ?? '';
  if (/\bperson\b/.test(fault.what) && phrase) return t('watch.fault.person', { phrase });
  return `${fault.what}${fault.mend ? `: ${fault.mend}` : ''}`;
}
