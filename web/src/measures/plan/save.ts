// Saving a change of the plan, with what the node finds wrong said by its place in the plan. Not here: forms.
import { Problem } from '../../api/client';
import type { Fault } from '../../api/types';
import { t, tOr } from '../../i18n/index.svelte';
import { desk } from '../desk.svelte';
import type { Plan } from '../types';
import { tripText } from '../words';
import { counted, placeOf, type Place } from './place';

/** A fault, and where it lies. */
export interface Placed extends Place {
  text: string;
}

/** Saves a change. Faults come back with their place in words before what is wrong. */
export async function save(how: (plan: Plan) => Plan): Promise<void> {
  let sent: unknown = null;
  try {
    await desk.change((plan) => {
      const changed = how(plan);
      sent = changed;
      return changed;
    });
  } catch (error) {
    throw placedIn(error, sent);
  }
}

/** The problem with its faults told by place; what is no such problem as it is. */
export function placedIn(error: unknown, plan: unknown): unknown {
  if (!(error instanceof Problem) || error.faults.length === 0) return error;
  return new Refused(error, error.faults.map((one) => placed(one, plan)));
}

export class Refused extends Problem {
  constructor(problem: Problem, readonly places: Placed[]) {
    const faults = places.map((one, at) => ({ path: problem.faults[at]?.path ?? '', what: `${placeText(one)}: ${one.text}`, mend: '' }));
    super(problem.name, problem.status, problem.title, problem.detail, faults);
  }
}

function placed(fault: Fault, plan: unknown): Placed {
  return { ...placeOf(fault.path, plan), text: `${fault.what}${fault.mend ? `: ${fault.mend}` : ''}` };
}

/** "Measure Heavy planters, effects 1, low" */
export function placeText(one: Place): string {
  const list = tOr(`measures.list.${one.list}`, one.list);
  const record = one.name ? t('measures.list.of', { list, name: tripText(one.name) }) : list;
  return one.rest ? `${record}, ${counted(one.rest)}` : record;
}

/** What the node finds wrong with a part of a record, as one text. */
export const faultIn = (places: readonly Placed[], rest: string): string =>
  places.filter((one) => one.rest === rest || one.rest.startsWith(`${rest}.`) || one.rest.startsWith(`${rest}[`)).map((one) => one.text).join(' ');

const partOf = (fault: Fault): string => fault.path.replace(/^\w+\[\d+\]\./, '');
const isOf = (fault: Fault, part: string): boolean => partOf(fault) === part || partOf(fault).startsWith(`${part}.`) || partOf(fault).startsWith(`${part}[`);
/** What the node finds wrong with a part of the record that a dialog is about, to be said beside its field. */
export const faultBeside = (faults: readonly Fault[], part: string): string => faults.filter((one) => isOf(one, part)).map((one) => one.what).join(' ');
/** The paths of what is said beside a field: a dialog does not say them again at its end. */
export const pathsBeside = (faults: readonly Fault[], parts: readonly string[]): string[] => faults.filter((one) => parts.some((part) => isOf(one, part))).map((one) => one.path);
