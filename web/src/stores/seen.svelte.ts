// Which versions of which items this member has opened on this device. A convenience: not an acknowledgement.
import { SvelteSet } from 'svelte/reactivity';

const SEEN_MAX = 3_000;

class Seen {
  #marks = new SvelteSet<string>();
  #member = '';

  /** The marks of a member; the empty name forgets. */
  open(member: string): void {
    if (member === this.#member) return;
    this.#member = member;
    this.#marks.clear();
    if (!member) return;
    try {
      const kept = JSON.parse(localStorage.getItem(this.#name) ?? '[]') as string[];
      for (const mark of kept) this.#marks.add(mark);
    } catch {
      // Everything is unread.
    }
  }

  has(item: { id: string; version: number }): boolean {
    return this.#marks.has(`${item.id}:${item.version}`);
  }

  add(items: { id: string; version: number }[]): void {
    const marks = items.filter((item) => !this.has(item)).map((item) => `${item.id}:${item.version}`);
    if (marks.length === 0) return;
    for (const mark of marks) this.#marks.add(mark);
    try {
      localStorage.setItem(this.#name, JSON.stringify([...this.#marks].slice(-SEEN_MAX)));
    } catch {
      // Kept for this page only.
    }
  }

  get #name(): string {
    return `belfry.seen.${this.#member}`;
  }
}

export const seen = new Seen();
