// What the node finds wrong with a field, in the reader's words where we know them. Not here: showing it.
import type { Fault } from '../api/types';
import { t } from '../i18n/index.svelte';

/** The field of a fault: of `profile "roads" phrases` it is `phrases`. */
export const fieldOf = (fault: Fault): string => fault.path.split(' ').at(-1) ?? '';

export const faultAt = (faults: Fault[], field: string): string => faults.filter((one) => fieldOf(one) === field).map(faultText).join(' ');

/** Watching a person is refused, and the reader is told why. */
export function faultText(fault: Fault): string {
  if (fault.code === 'person_name') return t('watch.fault.person', { phrase: fault.value ?? '' });
  return `${fault.what}${fault.mend ? `: ${fault.mend}` : ''}`;
}
