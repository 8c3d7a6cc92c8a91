// Reading again after what the stream says: soon after the first word, and no more often than so, however much is said.
// Not here: what is read.

/** Signals that change together are read together. */
const TOGETHER_MS = 120;
/** A queue is at most 200 signals: reading it more often would keep a busy node busy. */
const APART_MS = 1_500;

/** What calls `act` at most once per period, and always after the last call. `stop` forgets a call that waits. */
export function paced(act: () => void, apart = APART_MS): { run: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = -Infinity;
  return {
    run: () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        last = Date.now();
        act();
      }, Math.max(TOGETHER_MS, last + apart - Date.now()));
    },
    stop: () => {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
