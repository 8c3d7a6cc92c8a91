// What was done, so that it can be undone and done again. Not here: what is done.

export interface History<T> {
  readonly past: readonly T[];
  readonly now: T;
  readonly future: readonly T[];
}

/** As far back as one can go. */
export const STEPS_MAX = 200;

export const begun = <T>(now: T): History<T> => ({ past: [], now, future: [] });

/** Something new: what was undone before it is gone. */
export const did = <T>(history: History<T>, now: T): History<T> => ({ past: [...history.past, history.now].slice(-STEPS_MAX), now, future: [] });

export function undone<T>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return { past: history.past.slice(0, -1), now: before, future: [history.now, ...history.future] };
}

export function redone<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.now], now: next, future };
}
