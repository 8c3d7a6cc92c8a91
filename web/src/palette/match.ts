// Which entries of the palette fit what was typed, best first. Pure.

export interface Entry {
  id: string;
  text: string;
  /** Other words one may type for it. */
  also?: string;
}

const plain = (text: string) => text.normalize('NFD').replace(/\p{Diacritic}/gu, '').toLocaleLowerCase();

/** How well an entry fits: 0 not at all. Every word typed must begin a word of the entry, or be in it. */
export function fit(entry: Entry, typed: string): number {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  if (words.length === 0) return 1;
  const text = plain(entry.text);
  const all = `${text} ${plain(entry.also ?? '')}`;
  let score = 0;
  for (const word of words) {
    if (text.startsWith(word)) score += 4;
    else if (text.includes(` ${word}`)) score += 3;
    else if (all.includes(` ${word}`) || all.startsWith(word)) score += 2;
    else if (word.length > 1 && all.includes(word)) score += 1;
    else return 0;
  }
  return score / words.length;
}

/** The entries that fit, best first; as they came when they fit as well. */
export function best<T extends Entry>(entries: readonly T[], typed: string, max: number): T[] {
  return entries
    .map((entry, index) => ({ entry, index, score: fit(entry, typed) }))
    .filter(({ score }) => score > 0)
    .sort((one, two) => two.score - one.score || one.index - two.index)
    .slice(0, max)
    .map(({ entry }) => entry);
}
