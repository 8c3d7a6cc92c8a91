// What this member consults for, as it chose on this device: it goes into every access record. Without one the record
// says none. Not here: what purposes are (area), which a member holds (session).
import { consultation } from '../api/client';
import { preferences } from './preferences.svelte';
import { session } from './session.svelte';

class Purpose {
  /** The id of a purpose the member holds; empty for none. */
  get now(): string {
    const kept = preferences.now['purpose'];
    return typeof kept === 'string' && session.now?.member.purposes.includes(kept) ? kept : '';
  }

  choose(id: string): void {
    preferences.set('purpose', id);
    this.apply();
  }

  /** From now on every request says it. */
  apply(): void {
    consultation.purpose = this.now;
  }
}

export const purpose = new Purpose();
