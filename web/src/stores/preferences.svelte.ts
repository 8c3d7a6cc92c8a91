// What a member prefers: one small document, kept on this device at once and on the node when it can be reached.
// Not here: language and colours (i18n, theme), which are of the device and hold before signing in.
import { api, Problem } from '../api/client';

export type Document = Record<string, unknown>;

const SEND_AFTER_MS = 1_500;

class Preferences {
  now = $state.raw<Document>({});
  #member = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Changed here and not yet on the node. */
  #unsent = false;

  /** The preferences of a member: those of this device at once, then those of the node. */
  async open(member: string): Promise<void> {
    this.#member = member;
    this.now = this.#local();
    try {
      const found = await api.preferences();
      // What was changed while the node was away goes before what it had.
      if (member !== this.#member || this.#unsent || !found || Object.keys(found).length === 0) return;
      this.now = found;
      this.#keep();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // The device's own hold until the node answers again.
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    if (this.#unsent) void this.#send();
    this.#member = '';
    this.#unsent = false;
    this.now = {};
  }

  set(name: string, value: unknown): void {
    this.now = { ...this.now, [name]: value };
    this.#keep();
    this.#unsent = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#send(), SEND_AFTER_MS);
  }

  async #send(): Promise<void> {
    try {
      await api.savePreferences(this.now);
      this.#unsent = false;
    } catch {
      // Kept here; sent with the next change.
    }
  }

  #local(): Document {
    try {
      return JSON.parse(localStorage.getItem(this.#name) ?? '{}') as Document;
    } catch {
      return {};
    }
  }

  #keep(): void {
    try {
      localStorage.setItem(this.#name, JSON.stringify(this.now));
    } catch {
      // Kept for this page only.
    }
  }

  get #name(): string {
    return `belfry.preferences.${this.#member}`;
  }
}

export const preferences = new Preferences();
