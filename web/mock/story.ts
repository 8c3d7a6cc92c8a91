// An invented day in the International Zone, for the mock. No event in it happened.
import type { Area, Draft, Kind, Marking, Place, Tlp } from '../src/api/types';

interface Told {
  by: string;
  minutes: number;
  draft: Draft;
  acknowledged?: string[];
}

type Extra = Partial<Draft['content']> & { parent?: string; acknowledged?: string[] };

const NEIGHBOURS = { communities: ['world-forum-neighbours'], organisations: ['police', 'municipality'] };
const PARTNERS = { communities: ['all-partners'] };

const at = (longitude: number, latitude: number, uncertainty_m: number, more: Partial<Place> = {}): Place => ({
  geometry: { type: 'Point', coordinates: [longitude, latitude] }, uncertainty_m, ...more,
});
const ahead = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

function tell(by: string, minutes: number, kind: Kind, tlp: Tlp, audience: Marking['audience'], title: string, text: string, extra: Extra = {}): Told {
  const { parent, acknowledged, ...content } = extra;
  const open = tlp === 'CLEAR' || tlp === 'GREEN';
  return {
    by, minutes, ...(acknowledged && { acknowledged }),
    draft: {
      kind, ...(parent && { parent }),
      content: { title, text, language: 'en', ...content },
      marking: { tlp, pap: 'GREEN', ...(!open && audience && { audience }), purposes: open ? [] : ['site-security'], retention: 'standard' },
    },
  };
}

export function story(_area: Area): Told[] {
  const neighbours = [NEIGHBOURS];
  const partners = [PARTNERS];
  const day: Told[] = [
    tell('municipality-planner', 1_380, 'decision', 'CLEAR', [], 'Johan de Wittlaan closed for cars', 'Between Eisenhowerlaan and Churchillplein. Trams, bicycles and emergency services pass.', { valid_until: ahead(4_300), place: { geometry: { type: 'LineString', coordinates: [[4.2838, 52.0918], [4.2845, 52.0903], [4.2853, 52.0889]] }, zone: 'world-forum', name: 'Johan de Wittlaan' } }),
    tell('kunstmuseum-duty', 1_290, 'report', 'GREEN', [], 'Fence panel down behind the museum garden', 'One panel, wind. Repaired at 17:40.', { place: at(4.2797, 52.0891, 10, { site: 'kunstmuseum', zone: 'museum-quarter' }) }),
    tell('police-duty', 1_130, 'notice', 'GREEN', [], 'Demonstration at Carnegieplein, 120 people announced', 'Lawful assembly, 13:00 to 15:00, organiser known to the municipality.', { valid_from: ahead(95), valid_until: ahead(215), place: at(4.2955, 52.0862, 60, { site: 'peace-palace', zone: 'peace-palace', name: 'Carnegieplein' }) }),
    tell('opcw-duty', 1_020, 'report', 'AMBER', neighbours, 'Grey van parked opposite the staff entrance', 'About 20 minutes. Driver took photographs of the gate. Plate partly covered.', { reliability: 'B', credibility: 2, certainty: 'observed', place: at(4.2846, 52.0908, 15, { site: 'opcw', zone: 'world-forum', name: 'South gate' }), tags: ['van', 'photography'] }),
    tell('europol-duty', 960, 'reply', 'AMBER', neighbours, 'Not one of ours', 'No delivery was planned at that time. We look back at our own cameras.', { parent: 'Grey van parked opposite the staff entrance' }),
    tell('world-forum-planner', 880, 'notice', 'GREEN', [], 'Delivery for the conference kitchen', 'Three lorries, one at a time, through the south ramp.', { valid_from: ahead(32), valid_until: ahead(72), place: { site: 'world-forum', zone: 'world-forum' } }),
    tell('irmct-duty', 610, 'lesson', 'GREEN', [], 'Evacuation drill took 6 minutes, 2 longer than the norm', 'The east stairs were blocked by chairs. Removed.', { place: { site: 'irmct', zone: 'world-forum' } }),
    tell('municipality-coordinator', 520, 'assessment', 'AMBER', partners, 'Local level for the World Forum stays at 3 this week', 'Two lawful assemblies, one delegation of ministers, no concrete threat. Looked at again on Wednesday.', { valid_until: ahead(4_300), place: { zone: 'world-forum' }, reliability: 'A', credibility: 2 }),
    tell('carnegie-duty', 470, 'report', 'GREEN', [], 'Tour bus stuck at the gate, cleared', 'No intent. Driver followed a wrong sign.', { place: at(4.2951, 52.0866, 10, { site: 'peace-palace', zone: 'peace-palace' }) }),
    tell('europol-analyst', 400, 'signal', 'GREEN', [], 'Call to gather at Stadhouderslaan 16:00', '23 posts by 9 authors since noon. Words of a lawful assembly; no call to damage or block.', { certainty: 'likely', reliability: 'D', credibility: 3, place: at(4.2802, 52.0898, 80, { zone: 'museum-quarter', name: 'Stadhouderslaan' }), sources: ['web:stories/4411'] }),
    tell('government-duty', 330, 'report', 'AMBER', [{ organisations: ['police', 'municipality', 'government'] }], 'Drone above the Catshuis estate, 2 minutes', 'Small, white. Left towards Scheveningseweg.', { severity: 'moderate', place: at(4.2869, 52.0907, 70, { site: 'catshuis', zone: 'zorgvliet' }), sources: ['camera:catshuis-2'], tags: ['drone'] }),
    tell('museon-duty', 300, 'report', 'GREEN', [], 'Lost drone found on the museum roof', 'A child’s toy with a name on it. Handed to the desk.', { place: { site: 'museon-omniversum', zone: 'museum-quarter' }, tags: ['drone'] }),
    tell('eurojust-duty', 210, 'report', 'AMBER', neighbours, 'Same grey van, second time this week', 'Parked near the corner for about 15 minutes. No photographs seen this time.', { reliability: 'B', credibility: 2, certainty: 'observed', place: at(4.2856, 52.0924, 25, { site: 'eurojust', zone: 'world-forum' }), tags: ['van'], sources: ['camera:tram-stop'] }),
    tell('police-duty', 165, 'request', 'AMBER', neighbours, 'Who has camera view of the tram stop?', 'Between 11:00 and 11:30 yesterday, and again today from 10:45.', { request: { to: 'opcw', due: ahead(27) }, place: at(4.2832, 52.0899, 20, { zone: 'world-forum', name: 'Tram stop World Forum' }) }),
    tell('opcw-supervisor', 150, 'report', 'AMBER+STRICT', [{ organisations: ['opcw', 'europol'] }], 'Same van at two sites since Monday', 'Plate now complete. Passed to Europol by name only.', { reliability: 'B', credibility: 1, place: at(4.2841, 52.091, 15, { site: 'opcw', zone: 'world-forum' }), tags: ['van'], sources: ['camera:tram-stop'] }),
    tell('world-forum-duty', 118, 'report', 'GREEN', [], 'Power dip in hall 3, back after 40 seconds', 'Emergency light worked. Grid operator called.', { place: { site: 'world-forum', zone: 'world-forum' } }),
    tell('municipality-coordinator', 64, 'notice', 'CLEAR', [], 'Tram 1 and 16 diverted until 18:00', 'Works on the overhead line near Churchillplein.', { valid_until: ahead(260), place: { zone: 'world-forum', name: 'Churchillplein' } }),
    tell('police-duty', 22, 'observation', 'AMBER', neighbours, 'Loud bang behind World Forum, probably a firework', '**For:** three microphones agree; camera 4 shows smoke and two people walking on.\n\n**Against:** rise time 6 ms, slower than a gunshot.\n\n**Missing:** camera 2 cannot see this spot.', { urgency: 'expected', severity: 'minor', certainty: 'likely', reliability: 'A', credibility: 2, place: at(4.2822, 52.0893, 34, { zone: 'world-forum', name: 'Churchillplein' }), sources: ['microphone:wf-1', 'microphone:wf-2', 'camera:wf-4'] }),
    tell('world-forum-duty', 9, 'alert', 'AMBER', neighbours, 'Unattended suitcase at the main entrance', 'Black, hard shell, on the left side of the doors since about 13:50.\n\n- Entrance closed, guests go through the east doors\n- Police is on its way\n\nKeep clear of Churchillplein.', { urgency: 'immediate', severity: 'severe', certainty: 'observed', reliability: 'A', credibility: 1, place: at(4.2818, 52.0901, 18, { site: 'world-forum', zone: 'world-forum', name: 'Main entrance' }), acknowledged: ['police', 'kunstmuseum', 'irmct'] }),
    tell('kunstmuseum-duty', 4, 'reply', 'AMBER', neighbours, 'Museum side is kept clear', 'We hold visitors inside until you say it is over.', { parent: 'Unattended suitcase at the main entrance' }),
  ];
  return day.sort((one, two) => two.minutes - one.minutes);
}
