// Checks proofs in the browser: that a leaf is in the tree whose root a checkpoint signs, and that a tree only grew from
// one root to another (RFC 6962; RFC 9162, sections 2.1.3.2 and 2.1.4.2). Not here: signatures and commitments, which `belfry verify` checks with the public keys.

export interface Checkpoint {
  origin: string;
  size: number;
  root: string;
  /** Who signed it, as the note names them: the node first, then its witnesses. */
  signers: string[];
}

/** Reads a checkpoint in the form of C2SP tlog-checkpoint; null when it is not one. */
export function readCheckpoint(text: string): Checkpoint | null {
  const [head = '', signatures = ''] = text.split('\n\n');
  const [origin = '', size = '', root = ''] = head.split('\n');
  if (!origin || !/^\d+$/.test(size) || !root) return null;
  const signers = [...signatures.matchAll(/^\u2014 (\S+) /gm)].map((found) => found[1] ?? '');
  return { origin, size: Number(size), root, signers };
}

/** Whether the leaf, at its place, leads to the root along the path. All in base64. */
export async function isIncluded(leaf: string, index: number, size: number, path: string[], root: string): Promise<boolean> {
  if (index >= size) return false;
  let hash = await digest(new Uint8Array([0]), raw(leaf));
  let place = index;
  let last = size - 1;
  for (const step of path) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      hash = await digest(new Uint8Array([1]), raw(step), hash);
      while (place % 2 === 0 && place !== 0) {
        place = Math.floor(place / 2);
        last = Math.floor(last / 2);
      }
    } else {
      hash = await digest(new Uint8Array([1]), hash, raw(step));
    }
    place = Math.floor(place / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && text(hash) === root;
}

/** Whether the tree of the later root begins with the whole tree of the earlier one. All in base64. */
export async function isGrown(from: number, earlier: string, to: number, later: string, proof: string[]): Promise<boolean> {
  if (from > to || from === 0) return false;
  if (from === to) return proof.length === 0 && earlier === later;
  // A whole earlier tree is a node of the later one: the proof then leaves it out.
  const path = isPowerOfTwo(from) ? [earlier, ...proof] : [...proof];
  const first = path.shift();
  if (first === undefined) return false;
  let place = from - 1;
  let last = to - 1;
  while (place % 2 === 1) {
    place = Math.floor(place / 2);
    last = Math.floor(last / 2);
  }
  let old = raw(first);
  let now = raw(first);
  for (const step of path) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      old = await digest(new Uint8Array([1]), raw(step), old);
      now = await digest(new Uint8Array([1]), raw(step), now);
      while (place % 2 === 0 && place !== 0) {
        place = Math.floor(place / 2);
        last = Math.floor(last / 2);
      }
    } else {
      now = await digest(new Uint8Array([1]), now, raw(step));
    }
    place = Math.floor(place / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && text(old) === earlier && text(now) === later;
}

const isPowerOfTwo = (size: number): boolean => Number.isInteger(Math.log2(size));

const text = (hash: Uint8Array): string => btoa(String.fromCharCode(...hash));

const raw = (hash: string): Uint8Array => Uint8Array.from(atob(hash), (letter) => letter.charCodeAt(0));

async function digest(...parts: Uint8Array[]): Promise<Uint8Array> {
  const all = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', all));
}
