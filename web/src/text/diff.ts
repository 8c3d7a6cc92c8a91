// The differences between two texts, word by word: the longest common sequence of words, what went and what came.
// Not here: how they look (item/Diff.svelte).

export interface Part {
  kind: 'same' | 'gone' | 'new';
  text: string;
}

/** Past this many pairs of words to compare, whole texts are shown instead: a screen must not hang on a long text. */
const PAIRS_MAX = 4_000_000;

/** The parts of both texts, in reading order. */
export function diff(before: string, after: string): Part[] {
  const one = words(before);
  const two = words(after);
  let start = 0;
  while (start < one.length && start < two.length && one[start] === two[start]) start += 1;
  let end = 0;
  while (end < one.length - start && end < two.length - start && one[one.length - 1 - end] === two[two.length - 1 - end]) end += 1;
  const parts: Part[] = [];
  add(parts, 'same', one.slice(0, start));
  middle(parts, one.slice(start, one.length - end), two.slice(start, two.length - end));
  add(parts, 'same', one.slice(one.length - end));
  return calm(parts);
}

/** Changes with only a space between them are one change: whole phrases went and came, not every word by itself. */
function calm(parts: Part[]): Part[] {
  const out: Part[] = [];
  let gone = '';
  let came = '';
  const settle = () => {
    if (gone) out.push({ kind: 'gone', text: gone });
    if (came) out.push({ kind: 'new', text: came });
    gone = came = '';
  };
  for (const [at, part] of parts.entries()) {
    const between = part.kind === 'same' && /^\s+$/.test(part.text) && at > 0 && at < parts.length - 1;
    if (part.kind !== 'new' && (part.kind === 'gone' || between)) gone += part.text;
    if (part.kind !== 'gone' && (part.kind === 'new' || between)) came += part.text;
    if (part.kind !== 'same' || between) continue;
    settle();
    out.push(part);
  }
  settle();
  return out;
}

/** Words with the space after them stay apart from the space, so that a changed word does not drag its neighbours along. */
const words = (text: string): string[] => text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];

function middle(parts: Part[], one: string[], two: string[]): void {
  if (one.length === 0 || two.length === 0 || one.length * two.length > PAIRS_MAX) {
    add(parts, 'gone', one);
    add(parts, 'new', two);
    return;
  }
  const wide = two.length + 1;
  const length = new Uint32Array((one.length + 1) * wide);
  for (let i = one.length - 1; i >= 0; i -= 1) {
    for (let j = two.length - 1; j >= 0; j -= 1) {
      const down = length[(i + 1) * wide + j] ?? 0;
      const right = length[i * wide + j + 1] ?? 0;
      length[i * wide + j] = one[i] === two[j] ? (length[(i + 1) * wide + j + 1] ?? 0) + 1 : Math.max(down, right);
    }
  }
  let i = 0;
  let j = 0;
  while (i < one.length && j < two.length) {
    if (one[i] === two[j]) {
      add(parts, 'same', [one[i] ?? '']);
      i += 1;
      j += 1;
    } else if ((length[(i + 1) * wide + j] ?? 0) >= (length[i * wide + j + 1] ?? 0)) {
      add(parts, 'gone', [one[i++] ?? '']);
    } else {
      add(parts, 'new', [two[j++] ?? '']);
    }
  }
  add(parts, 'gone', one.slice(i));
  add(parts, 'new', two.slice(j));
}

function add(parts: Part[], kind: Part['kind'], some: string[]): void {
  const text = some.join('');
  if (!text) return;
  const last = parts.at(-1);
  if (last?.kind === kind) last.text += text;
  else parts.push({ kind, text });
}
