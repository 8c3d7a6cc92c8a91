// Invented items for the gallery: one of each state, with fixed times. No event in them happened.
import type { Audience, ItemDetail, Kind, Tlp } from '../api/types';

const NOW = Date.parse('2026-11-22T13:03:00Z');
export const galleryNow = NOW;

const time = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();

export function sample(part: Partial<ItemDetail> & { kind: Kind; title: string; tlp?: Tlp }): ItemDetail {
  const { tlp = 'AMBER', ...rest } = part;
  const marking = { tlp, pap: 'GREEN', purposes: ['site-security'], audience: [{ communities: ['world-forum-neighbours'], organisations: ['police'] }], handling: [], retention: 'standard' } as ItemDetail['marking'];
  return {
    id: `sample-${part.kind}-${part.title.length}`, version: 1, thread: 'sample', originator: 'opcw', author_name: 'Duty officer OPCW',
    reported: time(-21), changed: time(-21), excerpt: '', text: '', valid_from: time(-21), valid_until: time(340), urgency: 'unknown',
    severity: 'unknown', certainty: 'unknown', reliability: 'F', credibility: 6, tags: [], marking, state: 'current', attachments: 0,
    replies: 0, acknowledged: ['opcw'], awaiting: [], same_source: 0, sources: [], attachment_list: [], references: [], acts: [],
    versions: [{ version: 1, reported: time(-21), author_name: 'Duty officer OPCW', marking }], may: ['acknowledge'],
    readers: { people: 31, organisations: 6 }, proof: { entry: 48_211, size: 48_300, key_id: 'ed25519:7f3a91c2', signed_by: 'opcw' },
    ...rest,
  };
}

export const rows: ItemDetail[] = [
  sample({ kind: 'alert', title: 'Unattended suitcase at the main entrance', acknowledged: ['opcw', 'police'], awaiting: ['europol', 'irmct'], urgency: 'immediate', severity: 'severe', place: { site: 'world-forum', name: 'Main entrance' } }),
  sample({ kind: 'request', title: 'Who has camera view of the tram stop?', originator: 'police', request: { to: 'europol', due: time(27), state: 'open' } }),
  sample({ kind: 'request', title: 'Please confirm the guest list for the reception', originator: 'police', tlp: 'RED', request: { to: 'europol', due: time(-30), state: 'overdue' } }),
  sample({ kind: 'report', title: 'Same grey van at two sites since Monday', tlp: 'AMBER+STRICT', replies: 2, same_source: 1 }),
  sample({ kind: 'notice', title: 'Delivery for the conference kitchen', tlp: 'GREEN', valid_from: time(40), valid_until: time(80) }),
  sample({ kind: 'decision', title: 'Johan de Wittlaan closed for cars', tlp: 'CLEAR', originator: 'municipality' }),
  sample({ kind: 'report', title: 'Drone sighting', tlp: 'GREEN', state: 'retracted', acts: [{ deed: 'retract', organisation: 'opcw', at: time(-5), reason: 'It was a kite.' }] }),
  sample({ kind: 'observation', title: 'A very long title that goes on: three microphones and one camera agree on a loud bang behind the World Forum, probably a firework, nobody hurt, smoke drifting towards the museum quarter', state: 'stale', valid_until: time(-60) }),
];

export const detail: ItemDetail = sample({
  kind: 'observation', title: 'Loud bang behind World Forum, probably a firework', originator: 'municipality', author_name: 'Area coordinator',
  text: '**For:** three microphones agree.\n\n**Against:** rise time 6 ms, slower than a gunshot.\n\n> Camera 2 cannot see this spot.\n\n1. Smoke\n2. Two people walking on',
  acknowledged: ['municipality', 'opcw', 'irmct'], awaiting: ['europol', 'police'], certainty: 'likely', urgency: 'expected', severity: 'minor',
  reliability: 'A', credibility: 2, place: { name: 'Churchillplein', zone: 'world-forum', uncertainty_m: 14 }, sources: ['microphone:wf-1', 'camera:wf-4'],
  tags: ['firework'], same_source: 2, may: ['acknowledge', 'release', 'retract', 'erase'],
});

export const audience: Audience = {
  people: 31, organisations: 6, unaware_organisations: 7, marking: detail.marking, needs_approval: true, faults: [],
  readers: [
    { organisation: 'opcw', people: 3, devices: 0, why: 'originator', text: '' },
    { organisation: 'police', people: 4, devices: 1, why: 'organisation-named', text: '' },
    { organisation: 'world-forum', people: 2, devices: 0, why: 'community-named', text: '' },
  ],
  not: [
    { organisation: 'europol', people: 2, devices: 0, why: 'purpose-missing', text: '' },
  ],
  warnings: [{ code: 'same-source', text: '', items: ['a', 'b'] }],
};
