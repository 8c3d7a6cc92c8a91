// What the forms of travel, area and contact reckon with: shares, ids from names, places of records, references, and what is missing.
import { describe, expect, it } from 'vitest';
import { i18n } from '../../i18n/index.svelte';
import type { Destination, Origin, Plan, Travel } from '../types';
import { tripText } from '../words';
import { contactFault, emptyContact, isEmail, isTelephone, keptContact, wholeContact } from './contact';
import { idFrom, withoutRecord, withRecord } from './listed';
import { differences, placeOf, tripOf } from './place';
import { drawnPlaces, isOnEarth, roomy, streetAt } from './point';
import { toContact, toRecord } from './refer';
import { faultBeside, pathsBeside } from './save';
import { even, isWhole, keptRows, left, publicTravels, rowsOf, total, withDestination, withoutDestination, withoutTravel, withTravel } from './travel';

const from: Origin = { source: 'Counted', author: 'Planner', valid_from: '2026-01-01T00:00:00Z', valid_until: '2027-01-01T00:00:00Z', publication: 'public' };
const gate = (id: string, more: Partial<Destination> = {}): Destination => ({ id, name: id.toUpperCase(), at: [4.28, 52.09], origin: from, ...more });
const trips = (more: Partial<Travel> = {}): Travel => ({ group: 'residents', mode: 'car', trips_per_household_per_day: 1.4, to: [{ destination: 'east', share: 0.6 }, { destination: 'west', share: 0.4 }], origin: from, ...more });

function plan(more: Partial<Plan> = {}): Plan {
  return {
    version: 1, name: 'Sample', origin: from, zones: [{ id: 'forum', name: 'Forum', origin: from }], sites: [{ id: 'hall', name: 'Hall', zone: 'forum', origin: from }],
    assets: [{ id: 'guests', name: 'Guests', site: 'hall', origin: from }], neighbourhoods: [{ id: 'n1', name: 'Block 1', zone: 'forum', residents: 10, origin: from }],
    levels: [], norms: [], measures: [], scenarios: [{ id: 'van', name: 'Van', zones: ['forum'], assets: ['guests'], path: [], common_cause_share: 0, origin: from }],
    scale: { points: [0, 1, 2, 3, 4], weights: [1, 1, 1, 1, 1], points_per_minute: 1, staff_hour_eur: 60, origin: from },
    destinations: [gate('east'), gate('west'), gate('south')], travels: [trips(), trips({ mode: 'bike' })], emergency_from: ['east'], ...more,
  };
}
const row = (share: number | null) => ({ destination: 'east', share });

describe('shares', () => {
  it('are whole at 100%, thirds with some digits too', () => {
    expect(isWhole(total([row(0.3), row(0.5), row(0.2)]))).toBe(true);
    expect(isWhole(total([row(0.33), row(0.33), row(0.33), row(null)]))).toBe(false);
    expect(isWhole(total([row(0.3333), row(0.3333), row(0.3333)]))).toBe(true);
    expect(isWhole(total([row(0.5), row(Number.NaN)]))).toBe(false);
    expect(isWhole(total([]))).toBe(false);
  });

  it('say what is left, or too much', () => {
    expect(left(total([row(0.1), row(0.2)]))).toBe(0.7);
    expect(left(total([row(0.8), row(0.3)]))).toBe(-0.1);
    expect(left(total([row(null)]))).toBe(1);
  });

  it('are the same for each, and whole together', () => {
    for (const count of [1, 2, 3, 7, 8, 200]) {
      const shares = even(count);
      expect(shares).toHaveLength(count);
      expect(shares.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThan(count / 1e5);
    }
  });

  it('that are empty or nothing are left out', () => {
    expect(keptRows([row(0.5), row(null), row(0)])).toEqual([{ destination: 'east', share: 0.5 }]);
  });

  it('begin with every destination while there are few, and as they are', () => {
    expect(rowsOf(null, [gate('east'), gate('west')])).toEqual([{ destination: 'east', share: null }, { destination: 'west', share: null }]);
    expect(rowsOf(null, Array.from({ length: 9 }, (_, at) => gate(`g${at}`)))).toHaveLength(1);
    expect(rowsOf(trips(), [])).toEqual(trips().to);
  });
});

describe('a travel', () => {
  it('takes the place of what it was, also when another was put before it', () => {
    const made = trips({ trips_per_household_per_day: 2 });
    expect(withTravel(plan(), trips(), made).travels).toEqual([made, trips({ mode: 'bike' })]);
    const moved = plan({ travels: [trips({ mode: 'foot' }), trips({ mode: 'bike' }), trips()] });
    expect(withTravel(moved, trips(), made).travels?.at(2)).toEqual(made);
  });

  it('that somebody changed is found by its group and mode, unless there are two', () => {
    const other = trips({ trips_per_household_per_day: 3 });
    const made = trips({ trips_per_household_per_day: 2 });
    expect(withTravel(plan({ travels: [other] }), trips(), made).travels).toEqual([made]);
    expect(withTravel(plan({ travels: [other, other] }), trips(), made).travels).toEqual([other, other, made]);
    expect(withTravel(plan({ travels: [] }), null, made).travels).toEqual([made]);
  });

  it('is taken out alone', () => {
    expect(withoutTravel(plan(), trips()).travels).toEqual([trips({ mode: 'bike' })]);
    expect(withoutTravel(plan(), trips({ group: 'care' })).travels).toHaveLength(2);
  });

  it('counts for residents when it and where it goes are public', () => {
    const partners: Origin = { ...from, publication: 'partners' };
    expect(publicTravels(plan())).toHaveLength(2);
    expect(publicTravels(plan({ travels: [trips({ origin: partners }), trips()] }))).toHaveLength(1);
    expect(publicTravels(plan({ destinations: [gate('east'), gate('west', { origin: partners })] }))).toEqual([]);
  });

  it('is called by its group and mode, in places and differences', async () => {
    await i18n.need('measures');
    expect(placeOf('travels[1].to', plan())).toEqual({ list: 'travels', id: null, name: 'residents/bike', rest: 'to' });
    expect(tripText('residents/bike')).toBe('Residents, Bicycle');
    expect(tripText('care/of the elderly')).toBe('care/of the elderly');
    expect(tripOf(trips())).toBe('residents/car');
    expect(differences(plan(), withoutTravel(plan(), trips()))).toEqual([{ list: 'travels', added: [], removed: ['residents/car'], changed: [] }]);
    expect(differences(plan({ travels: [trips()] }), plan({ travels: [trips(), trips()] })).map((one) => one.added)).toEqual([['residents/car']]);
  });
});

describe('ids', () => {
  it('are made from names', () => {
    expect(idFrom('Café “Zürich” & Markt', plan(), 'destination')).toBe('cafe-zurich-markt');
    expect(idFrom('a'.repeat(60), plan(), 'zone')).toHaveLength(48);
  });

  it('are no other record’s, of whatever list', () => {
    expect(idFrom('Forum', plan(), 'destination')).toBe('forum-2');
    const long = 'b'.repeat(48);
    const next = idFrom(long, plan({ destinations: [gate(long)] }), 'destination');
    expect(next).toHaveLength(48);
    expect(next.endsWith('-2')).toBe(true);
  });

  it('are made up for a name without letters that an id may have', () => {
    expect(idFrom('广场', plan(), 'destination')).toMatch(/^destination-[0-9a-f-]+$/);
  });
});

describe('destinations', () => {
  it('are changed in their place and marked as where help comes from', () => {
    const named = withDestination(plan(), gate('west', { name: 'Square' }), true);
    expect(named.destinations?.map((one) => one.name)).toEqual(['EAST', 'Square', 'SOUTH']);
    expect(named.emergency_from).toEqual(['east', 'west']);
    expect(withDestination(named, gate('east'), true).emergency_from).toEqual(['east', 'west']);
    expect(withDestination(named, gate('east'), false).emergency_from).toEqual(['west']);
  });

  it('stay while trips go there, and say when help comes from nowhere else', () => {
    expect(toRecord(plan(), 'destinations', 'east')).toEqual([
      { kind: 'holds', list: 'travels', id: 'residents/car' }, { kind: 'holds', list: 'travels', id: 'residents/bike' }, { kind: 'lasthelp', id: 'east' },
    ]);
    expect(toRecord(plan({ emergency_from: ['east', 'south'] }), 'destinations', 'south')).toEqual([{ kind: 'help', id: 'south' }]);
    const gone = withoutDestination(plan({ emergency_from: ['south', 'east'] }), 'south');
    expect([gone.destinations?.length, gone.emergency_from]).toEqual([2, ['east']]);
  });
});

describe('the area', () => {
  it('is held by what lies in it and is said of it', () => {
    const named = (list: Parameters<typeof toRecord>[1], id: string) => toRecord(plan(), list, id).map((one) => `${one.list}/${one.id}`);
    expect(named('zones', 'forum')).toEqual(['sites/hall', 'neighbourhoods/n1', 'scenarios/van']);
    expect(named('sites', 'hall')).toEqual(['assets/guests']);
    expect(named('assets', 'guests')).toEqual(['scenarios/van']);
    expect(named('neighbourhoods', 'n1')).toEqual([]);
    const levels = plan({ threat_levels: [{ id: 'l', zone: 'forum', level: 3, from: from.valid_from, until: from.valid_until, why: 'Because', origin: from }] });
    expect(toRecord(levels, 'zones', 'forum').at(-1)).toEqual({ kind: 'holds', list: 'threat_levels', id: 'l', level: 3 });
  });

  it('is changed in its place, and added to at the end', () => {
    const more = withRecord(plan(), 'zones', { id: 'park', name: 'Park', origin: from });
    expect(more.zones.map((one) => one.id)).toEqual(['forum', 'park']);
    expect(withRecord(more, 'zones', { id: 'forum', name: 'World Forum', origin: from }).zones.map((one) => one.name)).toEqual(['World Forum', 'Park']);
    expect(withoutRecord(more, 'zones', 'park').zones).toHaveLength(1);
    expect(withRecord(plan({ sites: [] }), 'sites', { id: 's', name: 'S', zone: 'forum', origin: from }).sites).toHaveLength(1);
  });
});

describe('a point', () => {
  const piece = { edge: 0, name: 'Lane', line: [[4.28, 52.09], [4.29, 52.09]] as [number, number][], modes: null };
  it('is on the earth, and on a street or too far from one', () => {
    expect(isOnEarth(4.3, 52.1)).toBe(true);
    expect(isOnEarth(52.1, 95)).toBe(false);
    expect(streetAt([piece], [4.285, 52.09])).toMatchObject({ name: 'Lane', far: false });
    // Turned round: far away.
    expect(streetAt([piece], [52.09, 4.285])?.far).toBe(true);
    expect(streetAt([], [4.28, 52.09])).toBeNull();
  });

  it('is drawn with its name among the streets, which have room around them', () => {
    expect(drawnPlaces([piece], [gate('east')]).features.map((one) => one.properties?.['role'])).toEqual(['way', 'place']);
    const [west, , east] = roomy([piece, { ...piece, line: [[4.28, 52.09], [4.28, 52.1]] }]) ?? [0, 0, 0, 0];
    expect(west < 4.28 && east > 4.29).toBe(true);
    expect(roomy([])).toBeNull();
  });
});

describe('the contact', () => {
  const whole = { name: 'Desk', email: 'desk@zone.example', telephone: '', object: { nl: 'Schrijf ons.', en: 'Write to us.' } };
  it('says the first thing that is missing or wrong', () => {
    expect(contactFault(whole)).toBeNull();
    expect(contactFault(emptyContact())).toBe('name');
    expect(contactFault({ ...whole, email: ' ' })).toBe('reach');
    expect(contactFault({ ...whole, email: 'desk' })).toBe('email');
    expect(contactFault({ ...whole, telephone: '14 070 x' })).toBe('telephone');
    expect(contactFault({ ...whole, email: '', telephone: '+31 (0)70-123' })).toBeNull();
    expect(contactFault({ ...whole, object: { nl: 'Schrijf ons.', en: '' } })).toBe('object');
  });

  it('has an address as the node wants it', () => {
    for (const right of ['a@b', 'office@municipality.example']) expect(isEmail(right), right).toBe(true);
    for (const wrong of ['', 'a@', '@b', 'a@b@c', 'a b@c']) expect(isEmail(wrong), wrong).toBe(false);
    expect(isTelephone('14 070')).toBe(true);
    expect(isTelephone('')).toBe(true);
  });

  it('is kept without spaces around, and is whole while it is edited', () => {
    expect(keptContact({ ...whole, name: ' Desk ' }).name).toBe('Desk');
    expect(wholeContact(undefined)).toEqual(emptyContact());
    expect(wholeContact({ name: 'Desk', object: whole.object }).telephone).toBe('');
  });

  it('stays while a decision is public', () => {
    const decision = { id: 'd', posture: 'p', decided_by: 'Mayor', decided_at: from.valid_from, why: 'Because', alternatives: [], origin: from };
    expect(toContact(plan({ decisions: [decision] }))).toEqual([{ kind: 'holds', list: 'decisions', id: 'p' }]);
    expect(toContact(plan({ decisions: [{ ...decision, origin: { ...from, publication: 'partners' } }] }))).toEqual([]);
  });
});

describe('faults of the node', () => {
  const faults = [{ path: 'travels[0].to[1].share', what: 'is 2', mend: '' }, { path: 'travels[0].trips_per_household_per_day', what: 'is -1', mend: '' }, { path: 'name', what: 'is long', mend: '' }];
  it('are said beside their field, and not again at the end', () => {
    expect(faultBeside(faults, 'to')).toBe('is 2');
    expect(faultBeside(faults, 'mode')).toBe('');
    expect(pathsBeside(faults, ['to', 'mode'])).toEqual(['travels[0].to[1].share']);
  });
});
