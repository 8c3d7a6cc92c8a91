// What screen readers are told: politely for what happened, at once for an alert. And short notes on the screen.

class Announcer {
  polite = $state('');
  urgent = $state('');
  note = $state<{ text: string; kind: 'ok' | 'error' } | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Said when the reader pauses. */
  say(text: string): void {
    this.polite = text;
  }

  /** Said at once: a new alert. */
  alert(text: string): void {
    this.urgent = text;
  }

  /** Shown for a few seconds and said. */
  show(text: string, kind: 'ok' | 'error' = 'ok'): void {
    this.note = { text, kind };
    this.say(text);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.note = null), kind === 'ok' ? 5_000 : 12_000);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.note = null;
  }
}

export const announce = new Announcer();
