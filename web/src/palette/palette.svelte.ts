// Whether the palette is open, and the keys that open it. Not here: what can be done with it (actions.ts).

class Palette {
  open = $state(false);

  /** Whether the palette took the key. */
  handle(event: KeyboardEvent): boolean {
    if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return false;
    // A question that is open must be answered first.
    if (!this.open && document.querySelector('dialog[open]')) return false;
    event.preventDefault();
    this.open = !this.open;
    return true;
  }
}

export const palette = new Palette();
