// The part of the node's API that administration and accountability use. Not here: items and the picture (client.ts).
import { id, json, listOf, post, query, text } from './client';
import type {
  Action, AddedMember, AdmittedOrganisation, ErasureRequest, FourEyes, LedgerHealth, Member, MemberChange, MemberKind, Name,
  NewInvitation, OrganisationKey, OrganisationRow, Outline, Passkey, Policies, Purpose, RetentionView, Token, TokenMade,
  Verification,
} from './types';

const organisationPath = (organisation: string) => `/organisations/${id(organisation)}`;
const memberPath = (organisation: string, member: string) => `${organisationPath(organisation)}/members/${id(member)}`;
const change = <T>(path: string, method: 'PATCH' | 'PUT' | 'DELETE', body: unknown = {}) => json<T>(path, { method, body });

export interface ZoneBody { name: Name; shape: Outline; retired?: boolean }
export interface SiteBody extends ZoneBody { short?: string; organisation?: string }
export type PurposeBody = Omit<Purpose, 'id'>;

export type LedgerName = 'facts' | 'access';

export const office = {
  members: async (organisation: string) => listOf<Member>(await json(`${organisationPath(organisation)}/members`)),
  addMember: (organisation: string, member: { name: string; kind: MemberKind; roles: string[]; purposes: string[] }) =>
    post<AddedMember>(`${organisationPath(organisation)}/members`, member),
  changeMember: (organisation: string, member: string, part: MemberChange) =>
    change<Member>(memberPath(organisation, member), 'PATCH', part),
  invite: (organisation: string, member: string) => post<NewInvitation>(`${memberPath(organisation, member)}/invitations`),
  revoke: (organisation: string, member: string, reason: string) => post<Member>(`${memberPath(organisation, member)}/revoke`, { reason }),
  tokens: async (organisation: string, member: string) => listOf<Token>(await json(`${memberPath(organisation, member)}/tokens`)),
  makeToken: (organisation: string, member: string, wanted: { name: string; scopes: Action[]; expires: string }) =>
    post<TokenMade>(`${memberPath(organisation, member)}/tokens`, wanted),
  dropToken: (organisation: string, member: string, token: string) =>
    change<void>(`${memberPath(organisation, member)}/tokens/${id(token)}`, 'DELETE'),

  organisations: async () => listOf<OrganisationRow>(await json('/organisations')),
  admit: (wanted: { id: string; name: Name; short: string; administrator: { name: string; purposes: string[] } }) =>
    post<AdmittedOrganisation>('/organisations', wanted),
  changeOrganisation: (organisation: string, part: { name?: Name; short?: string; active?: boolean }) =>
    change<OrganisationRow>(organisationPath(organisation), 'PATCH', part),
  putCommunity: (community: string, body: { name: Name; organisations: string[] }) =>
    change<void>(`/communities/${id(community)}`, 'PUT', body),

  putSite: (site: string, body: SiteBody) => change<SiteBody>(`/area/sites/${id(site)}`, 'PUT', body),
  putZone: (zone: string, body: ZoneBody) => change<ZoneBody>(`/area/zones/${id(zone)}`, 'PUT', body),
  putPurpose: (purpose: string, body: PurposeBody) => change<PurposeBody>(`/area/purposes/${id(purpose)}`, 'PUT', body),
  /** Takes one out of use. */
  retire: (what: 'sites' | 'zones' | 'purposes', which: string) => change<void>(`/area/${what}/${id(which)}`, 'DELETE'),
  putFourEyes: (rules: FourEyes[]) => change<void>('/area/four-eyes', 'PUT', { rules }),

  keys: async (organisation: string) => listOf<OrganisationKey>(await json(`${organisationPath(organisation)}/keys`)),

  passkeys: async () => listOf<Passkey>(await json('/session/passkeys')),
  passkeyBegin: () => post<{ publicKey: unknown }>('/session/passkeys/begin'),
  /** With what it is to be called. */
  passkeyAdd: (credential: object, name: string) => post<Passkey>('/session/passkeys', { ...credential, name }),
  passkeyName: (passkey: string, name: string) => change<void>(`/session/passkeys/${id(passkey)}`, 'PATCH', { name }),
  passkeyDrop: (passkey: string) => change<void>(`/session/passkeys/${id(passkey)}`, 'DELETE'),

  /** The proofs of up to 100 items in one file, as `belfry verify --bundle` reads it. */
  evidence: (items: string[]) => post<object>('/evidence', { items }),
  askErasure: (item: string, reason: string) => post<{ id: string }>(`/items/${id(item)}/erasure-requests`, { reason }),
  erasureRequests: async () => listOf<ErasureRequest>(await json('/erasure-requests')),
  erasureRequestsMade: async () => listOf<ErasureRequest>(await json('/erasure-requests/made')),
  refuseErasure: (request: string, reason: string) => post<void>(`/erasure-requests/${id(request)}/refuse`, { reason }),
  retention: () => json<RetentionView>('/retention'),
  health: () => json<LedgerHealth>('/ledger/health'),
  verification: () => json<Verification>('/ledger/verification'),
  verify: () => post<Verification>('/ledger/verification'),
  policies: () => json<Policies>('/policies'),
  checkpoint: (ledger: LedgerName) => text(`/ledger/${ledger}/checkpoint`),
  consistency: async (ledger: LedgerName, from: number, to: number) =>
    (await json<{ hashes: string[] }>(`/ledger/${ledger}/consistency${query({ from, to })}`)).hashes,
};
