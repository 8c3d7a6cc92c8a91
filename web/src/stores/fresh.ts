// Does a deed that wants a fresh proof of identity: asks for it when the node does, then does the deed again.
// Not here: the passkey ceremony itself (passkey.ts), and what a screen says while it happens.
import { api, Problem } from '../api/client';
import { signIn } from './passkey';
import { session } from './session.svelte';

export async function fresh<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Problem) || error.name !== 'reauthenticate') throw error;
    await proveAgain();
    return act();
  }
}

/** With the passkey; in a demonstration, which has none, as the same sample member again. */
export async function proveAgain(): Promise<void> {
  if (session.now?.demo) await api.demoSession(session.now.member.id);
  else await signIn(true);
}
