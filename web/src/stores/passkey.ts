// The two passkey ceremonies of a browser: registering and signing in. Not here: who is signed in (session.svelte.ts).
import { api } from '../api/client';
import { office } from '../api/office';

type Json = Record<string, unknown>;

/** Whether this browser knows passkeys here: they need a name instead of a number, with HTTPS or localhost. */
export const passkeysWork = (): boolean =>
  typeof PublicKeyCredential !== 'undefined' && isSecureContext && !/^[\d.]+$|^\[/.test(location.hostname);

/** Signs in with a passkey, or renews the mark of fresh authentication. */
export async function signIn(reauthenticate = false): Promise<void> {
  const begun = (await api.passkeyBegin(reauthenticate)) as { publicKey: Json };
  const options = requestOptions(begun.publicKey);
  const credential = (await navigator.credentials.get({ publicKey: options })) as PublicKeyCredential | null;
  if (!credential) throw new DOMException('no credential', 'NotAllowedError');
  const response = credential.response as AuthenticatorAssertionResponse;
  await api.passkeyFinish(
    {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      extensions: credential.getClientExtensionResults(),
      response: {
        authenticatorData: text(response.authenticatorData),
        clientDataJSON: text(response.clientDataJSON),
        signature: text(response.signature),
        userHandle: response.userHandle ? text(response.userHandle) : null,
      },
    },
    reauthenticate,
  );
}

/** Accepts an invitation by making a passkey. */
export async function register(secret: string): Promise<void> {
  const begun = (await api.invitationBegin(secret)) as { publicKey: Json };
  await api.invitationFinish(secret, await made(begun.publicKey), deviceName());
}

/** One more passkey for who is signed in. */
export async function addPasskey(): Promise<void> {
  const begun = (await office.passkeyBegin()) as { publicKey: Json };
  await office.passkeyAdd(await made(begun.publicKey), deviceName());
}

const DEVICES: [RegExp, string][] = [
  [/iPhone/, 'iPhone'], [/iPad/, 'iPad'], [/Android/, 'Android'], [/CrOS/, 'Chromebook'], [/Macintosh|Mac OS/, 'Mac'],
  [/Windows/, 'Windows'], [/Linux/, 'Linux'],
];

/** What a new passkey is called until its member says otherwise: the kind of device, as the browser tells it. */
export const deviceName = (agent = navigator.userAgent): string => DEVICES.find(([pattern]) => pattern.test(agent))?.[1] ?? '';

async function made(publicKey: Json): Promise<Json> {
  const credential = (await navigator.credentials.create({ publicKey: creationOptions(publicKey) })) as PublicKeyCredential | null;
  if (!credential) throw new DOMException('no credential', 'NotAllowedError');
  const response = credential.response as AuthenticatorAttestationResponse;
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    extensions: credential.getClientExtensionResults(),
    response: {
      attestationObject: text(response.attestationObject),
      clientDataJSON: text(response.clientDataJSON),
      transports: response.getTransports?.() ?? [],
    },
  };
}

function requestOptions(json: Json): PublicKeyCredentialRequestOptions {
  const allowed = json['allowCredentials'] as { id: string; type: 'public-key' }[] | undefined;
  return {
    ...(json as unknown as PublicKeyCredentialRequestOptions),
    challenge: raw(json['challenge'] as string),
    ...(allowed && { allowCredentials: allowed.map((one) => ({ ...one, id: raw(one.id) })) }),
  };
}

function creationOptions(json: Json): PublicKeyCredentialCreationOptions {
  const user = json['user'] as { id: string; name: string; displayName: string };
  const excluded = json['excludeCredentials'] as { id: string; type: 'public-key' }[] | undefined;
  return {
    ...(json as unknown as PublicKeyCredentialCreationOptions),
    challenge: raw(json['challenge'] as string),
    user: { ...user, id: raw(user.id) },
    ...(excluded && { excludeCredentials: excluded.map((one) => ({ ...one, id: raw(one.id) })) }),
  };
}

function raw(base64url: string): ArrayBuffer {
  const binary = atob(base64url.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0)).buffer;
}

function text(buffer: ArrayBuffer): string {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}
