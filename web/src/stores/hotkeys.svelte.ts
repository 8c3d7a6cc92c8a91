// Keys for what is on the screen. What is mounted last comes first; nothing fires while someone types.
import { palette } from '../palette/palette.svelte';

export type Bindings = Record<string, () => void>;

class Hotkeys {
  #bound: Bindings[] = [];

  /** Binds keys; the answer unbinds them, for use in an effect. */
  bind(bindings: Bindings): () => void {
    this.#bound.push(bindings);
    return () => {
      this.#bound = this.#bound.filter((one) => one !== bindings);
    };
  }

  /** Whether a key does something now; and doing it without the key. */
  has = (key: string): boolean => this.#bound.some((bindings) => bindings[key]);
  run = (key: string): void => this.#bound.findLast((bindings) => bindings[key])?.[key]?.();

  handle = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.target as HTMLElement | null;
    const typing = !!target?.closest?.('input, textarea, select, [contenteditable="true"]');
    const inDialog = palette.open || !!document.querySelector('dialog[open]');
    if (inDialog || (typing && event.key !== 'Escape')) return;
    for (const bindings of [...this.#bound].reverse()) {
      const act = bindings[event.key];
      if (!act) continue;
      event.preventDefault();
      act();
      return;
    }
  };
}

export const hotkeys = new Hotkeys();
