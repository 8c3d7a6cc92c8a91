// What the node finds wrong with a field, in the reader's words where we know them. Not here: showing it.
import { Problem } from '../api/client';
import type { Fault } from '../api/types';
import { t } from '../i18n/index.svelte';
import { problemText } from '../parts/problem';

/** The field of a fault: of `profile "roads" phrases` it is `phrases`. */
export const fieldOf = (fault: Fault): string => fault.path.split(' ').at(-1) ?? '';

export const faultAt = (faults: Fault[], field: string): string => faults.filter((one) => fieldOf(one) === field).map(faultText).join(' ');

/** Watching a person is refused, and the reader is told why. */
export function faultText(fault: Fault): string {
  if (fault.code === 'person_name') return t('watch.fault.person', { phrase: fault.value ?? '' });
  return `${fault.what}${fault.mend ? `: ${fault.mend}` : ''}`;
}

/** Everything that the node found wrong, where the fields are not beside each other; else why it did not answer. */
export const wrongText = (error: unknown): string => (error instanceof Problem && error.faults.length > 0 ? error.faults.map(faultText).join(' ') : problemText(error));
