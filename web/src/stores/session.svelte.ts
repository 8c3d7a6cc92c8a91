// Who is signed in. Not here: passkey ceremonies (passkey.ts).
import { api, Problem } from '../api/client';
import type { Role, Session } from '../api/types';

class SessionStore {
  now = $state<Session | null>(null);
  state = $state<'loading' | 'in' | 'out' | 'offline'>('loading');
  /** Why the session ended, when it did not begin with signing out. */
  ended = $state(false);

  async load(): Promise<void> {
    try {
      this.now = await api.session();
      this.state = 'in';
      this.ended = false;
    } catch (error) {
      this.now = null;
      this.state = error instanceof Problem && error.status === 401 ? 'out' : 'offline';
    }
  }

  /** The node ended it: signed out elsewhere, revoked, or past its time. */
  end(): void {
    if (this.state === 'in') this.ended = true;
    this.now = null;
    this.state = 'out';
  }

  async signOut(): Promise<void> {
    try {
      await api.signOut();
    } finally {
      this.now = null;
      this.ended = false;
      this.state = 'out';
    }
  }

  has(role: Role): boolean {
    return this.now?.member.roles.includes(role) ?? false;
  }

  get organisation(): string {
    return this.now?.organisation.id ?? '';
  }
}

export const session = new SessionStore();
