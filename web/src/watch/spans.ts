// A text with the words marked that a score rests on: stretches are cut where marks begin and end.
// Not here: where the marks come from (the node), and how they look (Marked.svelte).
import type { Part, Score, Span, TermKind } from './types';

/** What a stretch is marked for: a kind of term, and how it is called. */
export interface Mark {
  span: Span;
  kind: TermKind;
  name: string;
  /** Whether it takes away. */
  against: boolean;
}

export interface Piece {
  text: string;
  marks: Mark[];
}

/** Every place that a term of a score points to. */
export const marksOf = (score: Score, name: (kind: TermKind, name: string) => string): Mark[] =>
  score.terms.flatMap((term) =>
    (term.spans ?? []).map((span) => ({ span, kind: term.kind, name: name(term.kind, term.name), against: term.value < 0 })),
  );

/** A text in pieces, each with the marks that cover it. Marks outside the text are cut to it; empty ones fall away. */
export function pieces(text: string, part: Part, marks: Mark[]): Piece[] {
  const here = marks
    .filter(({ span }) => span.part === part)
    .map((mark) => ({ mark, start: Math.max(0, Math.min(mark.span.start, text.length)), end: Math.max(0, Math.min(mark.span.end, text.length)) }))
    .filter(({ start, end }) => start < end);
  const cuts = [...new Set([0, text.length, ...here.flatMap(({ start, end }) => [start, end])])].sort((one, two) => one - two);
  const found: Piece[] = [];
  for (const [at, start] of cuts.entries()) {
    const end = cuts[at + 1];
    if (end === undefined) break;
    found.push({ text: text.slice(start, end), marks: here.filter((one) => one.start <= start && one.end >= end).map(({ mark }) => mark) });
  }
  return found;
}

/** Where words stand in another text, whatever the case: for copies, whose places the node does not give. */
export function wordsIn(text: string, part: Part, marks: Mark[], words: (mark: Mark) => string): Mark[] {
  const low = text.toLocaleLowerCase();
  const seen = new Set<string>();
  return marks.flatMap((mark) => {
    const word = words(mark).toLocaleLowerCase();
    const start = word ? low.indexOf(word) : -1;
    const key = `${mark.kind} ${mark.name} ${start}`;
    // Lower case may be longer than what it stands for: places would then be wrong.
    if (start < 0 || low.length !== text.length || seen.has(key)) return [];
    seen.add(key);
    return [{ ...mark, span: { part, start, end: start + word.length } }];
  });
}
