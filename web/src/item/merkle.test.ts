// A proof is believed only when the leaf, its place, the path and the root all fit: trees of every size up to 12.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isGrown, isIncluded, readCheckpoint } from './merkle';

const sha = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
const leafHash = (leaf: Buffer) => sha(Buffer.from([0]), leaf);
const split = (count: number) => 2 ** (Math.ceil(Math.log2(count)) - 1);

function rootOf(leaves: Buffer[]): Buffer {
  const [first = Buffer.alloc(0)] = leaves;
  if (leaves.length === 1) return leafHash(first);
  const at = split(leaves.length);
  return sha(Buffer.from([1]), rootOf(leaves.slice(0, at)), rootOf(leaves.slice(at)));
}

function pathOf(leaves: Buffer[], index: number): Buffer[] {
  if (leaves.length === 1) return [];
  const at = split(leaves.length);
  if (index < at) return [...pathOf(leaves.slice(0, at), index), rootOf(leaves.slice(at))];
  return [...pathOf(leaves.slice(at), index - at), rootOf(leaves.slice(0, at))];
}

/** RFC 6962, section 2.1.2: SUBPROOF. */
function growth(leaves: Buffer[], from: number, whole = true): Buffer[] {
  if (from === leaves.length) return whole ? [] : [rootOf(leaves)];
  const at = split(leaves.length);
  if (from <= at) return [...growth(leaves.slice(0, at), from, whole), rootOf(leaves.slice(at))];
  return [...growth(leaves.slice(at), from - at, false), rootOf(leaves.slice(0, at))];
}

const text = (bytes: Buffer) => bytes.toString('base64');

describe('inclusion', () => {
  it('holds for every leaf of every tree, and for no other place, leaf, path or root', async () => {
    for (let size = 1; size <= 12; size += 1) {
      const leaves = Array.from({ length: size }, (_, index) => Buffer.from(`leaf ${index}`));
      const root = text(rootOf(leaves));
      for (const [index, leaf] of leaves.entries()) {
        const path = pathOf(leaves, index).map(text);
        expect(await isIncluded(text(leaf), index, size, path, root)).toBe(true);
        expect(await isIncluded(text(Buffer.from('other')), index, size, path, root)).toBe(false);
        expect(await isIncluded(text(leaf), index, size, [...path, root], root)).toBe(false);
        expect(await isIncluded(text(leaf), size, size, path, root)).toBe(false);
        if (size > 1) expect(await isIncluded(text(leaf), (index + 1) % size, size, path, root)).toBe(false);
      }
    }
  });

  it('is growth from every smaller tree, and from no other', async () => {
    const leaves = Array.from({ length: 13 }, (_, index) => Buffer.from(`leaf ${index}`));
    for (let to = 1; to <= 13; to += 1) {
      for (let from = 1; from <= to; from += 1) {
        const some = leaves.slice(0, to);
        const [old, now, proof] = [text(rootOf(some.slice(0, from))), text(rootOf(some)), growth(some, from).map(text)];
        expect(await isGrown(from, old, to, now, proof)).toBe(true);
        const other = text(rootOf([...some.slice(0, from - 1), Buffer.from('other')]));
        expect(await isGrown(from, other, to, now, proof)).toBe(false);
        expect(await isGrown(from, old, to, now, [...proof, old])).toBe(false);
      }
    }
  });

  it('reads a checkpoint with its witnesses', () => {
    const note = 'belfry.example/facts\n94\nAAAA\n\n\u2014 belfry.example/facts xyz=\n\u2014 witness.example abc=\n';
    expect(readCheckpoint(note)).toEqual({ origin: 'belfry.example/facts', size: 94, root: 'AAAA', signers: ['belfry.example/facts', 'witness.example'] });
    expect(readCheckpoint('nonsense')).toBeNull();
  });
});
