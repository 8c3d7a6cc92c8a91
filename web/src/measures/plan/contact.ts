// Whom residents can ask and object to, while it is written: what is missing or wrong in it. Not here: the form.
import type { Contact } from '../types';

export type WholeContact = Required<Contact>;

export const emptyContact = (): WholeContact => ({ name: '', email: '', telephone: '', object: { nl: '', en: '' } });
export const wholeContact = (one: Contact | undefined): WholeContact => ({ ...emptyContact(), ...structuredClone(one) });

/** One @ between two parts without spaces, as the node wants it. */
export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text);
export const isTelephone = (text: string): boolean => /^[\d +()-]*$/.test(text);

/** As the plan keeps it: without spaces around. */
export function keptContact(one: WholeContact): WholeContact {
  return { name: one.name.trim(), email: one.email.trim(), telephone: one.telephone.trim(), object: { nl: one.object.nl.trim(), en: one.object.en.trim() } };
}

/** The first thing that keeps it from being saved. */
export function contactFault(one: WholeContact): 'name' | 'reach' | 'email' | 'telephone' | 'object' | null {
  const { name, email, telephone, object } = keptContact(one);
  if (name === '') return 'name';
  if (email === '' && telephone === '') return 'reach';
  if (email !== '' && !isEmail(email)) return 'email';
  if (!isTelephone(telephone)) return 'telephone';
  return object.nl === '' || object.en === '' ? 'object' : null;
}
