// Time words in English and Dutch: "yesterday evening", "gisteravond", "last 3 hours", "since Monday", "23 november".
// Both languages are always understood. Pure: the time and the clock on the wall are arguments.
// Not here: the other words of a search (words.ts).

export interface Wall {
  now: number;
  /** How far the clock on the wall is from UTC at an instant, in milliseconds. */
  offset: (at: number) => number;
}
export interface Found {
  from: number;
  until: number;
  /** How many of the words it took. */
  words: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

type Part = 'night' | 'morning' | 'afternoon' | 'evening';
/** Hours of the day. */
const PARTS: Record<Part, [number, number]> = { night: [0, 6], morning: [6, 12], afternoon: [12, 18], evening: [18, 24] };
const PART_WORDS: Record<string, Part> = {
  night: 'night', nacht: 'night', morning: 'morning', ochtend: 'morning', morgen: 'morning', afternoon: 'afternoon', middag: 'afternoon',
  evening: 'evening', avond: 'evening',
};
/** Days back from today. */
const DAY_WORDS: Record<string, number> = { today: 0, vandaag: 0, yesterday: 1, gisteren: 1, gister: 1, eergisteren: 2 };
/** Sunday first, as the calendar of the computer has it. */
const WEEKDAYS = [
  ['sunday', 'sun', 'zondag', 'zo'], ['monday', 'mon', 'maandag', 'ma'], ['tuesday', 'tue', 'dinsdag', 'di'], ['wednesday', 'wed', 'woensdag', 'wo'],
  ['thursday', 'thu', 'donderdag', 'do'], ['friday', 'fri', 'vrijdag', 'vr'], ['saturday', 'sat', 'zaterdag', 'za'],
].map((names) => names.filter((name) => name.length > 3));
const MONTHS = [
  ['january', 'januari', 'jan'], ['february', 'februari', 'feb'], ['march', 'maart', 'mrt', 'mar'], ['april', 'apr'], ['may', 'mei'], ['june', 'juni', 'jun'],
  ['july', 'juli', 'jul'], ['august', 'augustus', 'aug'], ['september', 'sep', 'sept'], ['october', 'oktober', 'oct', 'okt'], ['november', 'nov'], ['december', 'dec'],
];
const UNITS: Record<string, number> = {
  minute: 60_000, minutes: 60_000, minuut: 60_000, minuten: 60_000, hour: HOUR, hours: HOUR, uur: HOUR, uren: HOUR, day: DAY, days: DAY, dag: DAY, dagen: DAY,
  week: 7 * DAY, weeks: 7 * DAY, weken: 7 * DAY, month: 30 * DAY, months: 30 * DAY, maand: 30 * DAY, maanden: 30 * DAY,
};
const BACK = ['last', 'past', 'afgelopen', 'laatste', 'vorige', 'previous', 'voorbije'];
const COUNT_MAX = 1_000;

/** What the first words say about time, with as many words as possible; null when they say nothing. */
export function timeOf(words: readonly string[], wall: Wall): Found | null {
  const low = words.map((word) => word.toLowerCase());
  return since(low, wall) ?? between(low, wall) ?? period(low, wall);
}

/** Midnight of a day, so many days from the day of an instant. */
function midnight(wall: Wall, days = 0, at = wall.now): number {
  const local = Math.floor((at + wall.offset(at)) / DAY) * DAY + days * DAY;
  return toInstant(local, wall);
}
function toInstant(local: number, { offset }: Wall): number {
  return local - offset(local - offset(local));
}
/** Hours of a day that begins at an instant; across a change of the clock still those of the wall. */
function hours(wall: Wall, day: number, from: number, until: number): [number, number] {
  const local = Math.round((day + wall.offset(day)) / HOUR) * HOUR;
  return [toInstant(local + from * HOUR, wall), toInstant(local + until * HOUR, wall)];
}
const found = ([from, until]: [number, number], words: number): Found => ({ from, until, words });

function since(words: string[], wall: Wall): Found | null {
  if (!['since', 'sinds', 'vanaf', 'after', 'na'].includes(words[0] ?? '')) return null;
  const clock = clockOf(words[1]);
  if (clock !== null) {
    const [at] = hours(wall, midnight(wall), clock, clock);
    return found([at > wall.now ? hours(wall, midnight(wall, -1), clock, clock)[0] : at, wall.now], 2);
  }
  const then = period(words.slice(1), wall);
  return then && found([then.from, wall.now], then.words + 1);
}

/** "between 14:00 and 16:00", "14:00-16:00", after a day or on its own. */
function between(words: string[], wall: Wall): Found | null {
  const day = dayOf(words, wall);
  const rest = words.slice(day?.words ?? 0);
  const begin = day?.from ?? midnight(wall);
  const pair = (first: string | undefined, second: string | undefined, taken: number): Found | null => {
    const [from, until] = [clockOf(first), clockOf(second)];
    return from === null || until === null ? null : found(hours(wall, begin, from, until <= from ? until + 24 : until), taken + (day?.words ?? 0));
  };
  if (['between', 'tussen'].includes(rest[0] ?? '') && ['and', 'en'].includes(rest[2] ?? '')) return pair(rest[1], rest[3], 4);
  if (['from', 'van'].includes(rest[0] ?? '') && ['to', 'until', 'tot'].includes(rest[2] ?? '')) return pair(rest[1], rest[3], 4);
  const [first, second, more] = (rest[0] ?? '').split(/[-–]/);
  return second && !more ? pair(first, second, 1) : null;
}

function period(words: string[], wall: Wall): Found | null {
  const [first = '', second = '', third = ''] = words;
  const today = midnight(wall);
  if (BACK.includes(first)) {
    const count = Number(second);
    const unit = UNITS[third];
    if (Number.isInteger(count) && count > 0 && count <= COUNT_MAX && unit) return found([wall.now - count * unit, wall.now], 3);
    if (PART_WORDS[second] === 'night') return found(hours(wall, midnight(wall, -1), 20, 30), 2);
    if (second === 'week' && ['last', 'vorige', 'previous'].includes(first)) return found(week(wall, -1), 2);
    if (['month', 'maand'].includes(second) && ['last', 'vorige', 'previous'].includes(first)) return found(month(wall, -1), 2);
    if (UNITS[second]) return found([wall.now - UNITS[second], wall.now], 2);
    const day = dayOf(words.slice(1), wall);
    return day && { ...day, words: day.words + 1 };
  }
  if (['this', 'deze', 'dit'].includes(first)) {
    if (second === 'week') return found(week(wall, 0), 2);
    if (['month', 'maand'].includes(second)) return found(month(wall, 0), 2);
    if (['hour', 'uur'].includes(second)) return found([wall.now - HOUR, wall.now], 2);
    const part = PART_WORDS[second];
    return part ? found(hours(wall, today, ...PARTS[part]), 2) : null;
  }
  if (first === 'tonight') return found(hours(wall, today, 18, 30), 1);
  // The night one is in, or the one that has just been.
  if (first === 'vannacht') return found(wall.now - today < 18 * HOUR ? hours(wall, midnight(wall, -1), 20, 30) : hours(wall, today, 20, 30), 1);
  const now = /^van(ochtend|morgen|middag|avond)$/.exec(first)?.[1];
  if (now) return found(hours(wall, today, ...PARTS[PART_WORDS[now] ?? 'morning']), 1);
  const unit = UNITS[second];
  if (/^\d{1,3}$/.test(first) && unit && ['ago', 'geleden'].includes(third)) {
    const at = wall.now - Number(first) * unit;
    // A day back is that day; hours back are the hour around it.
    return found(unit >= DAY ? hours(wall, midnight(wall, 0, at), 0, 24) : [at - unit / 2, Math.min(at + unit / 2, wall.now)], 3);
  }
  return dayOf(words, wall);
}

/** A day, or a part of one: "yesterday", "gisteravond", "monday morning", "23 nov", "2026-11-23". */
function dayOf(words: string[], wall: Wall): Found | null {
  const [first = '', second = ''] = words;
  const date = dateOf(words, wall);
  if (date) return withPart(date.day, date.words, words[date.words], wall);
  const joined = /^(gister|eergisteren|gisteren)(ochtend|morgen|middag|avond|nacht)$/.exec(first);
  if (joined) return found(hours(wall, midnight(wall, -(DAY_WORDS[joined[1] ?? ''] ?? 1)), ...PARTS[PART_WORDS[joined[2] ?? ''] ?? 'morning']), 1);
  const back = DAY_WORDS[first];
  if (back !== undefined && first !== 'gister') return withPart(midnight(wall, -back), 1, second, wall);
  for (const [number, names] of WEEKDAYS.entries()) {
    const name = names.find((one) => first === one || (first.startsWith(one) && PART_WORDS[first.slice(one.length)]));
    if (!name) continue;
    const today = new Date(wall.now + wall.offset(wall.now)).getUTCDay();
    const day = midnight(wall, -((today - number + 7) % 7 || 7));
    const part = PART_WORDS[first.slice(name.length)];
    return part ? found(hours(wall, day, ...PARTS[part]), 1) : withPart(day, 1, second, wall);
  }
  return null;
}

function withPart(day: number, words: number, next: string | undefined, wall: Wall): Found {
  const part = PART_WORDS[next ?? ''];
  return part ? found(hours(wall, day, ...PARTS[part]), words + 1) : found(hours(wall, day, 0, 24), words);
}

function dateOf([first = '', second = '', third = '']: string[], wall: Wall): { day: number; words: number } | null {
  const year = new Date(wall.now + wall.offset(wall.now)).getUTCFullYear();
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(first);
  if (iso) return dated(Number(iso[1]), Number(iso[2]), Number(iso[3]), 1, wall);
  const dutch = /^(\d{1,2})[-/](\d{1,2})[-/](\d{4})$/.exec(first);
  if (dutch) return dated(Number(dutch[3]), Number(dutch[2]), Number(dutch[1]), 1, wall);
  const month = MONTHS.findIndex((names) => names.includes(second)) + 1;
  if (!/^\d{1,2}$/.test(first) || month === 0) return null;
  if (/^20\d\d$/.test(third)) return dated(Number(third), month, Number(first), 3, wall);
  const thisYear = dated(year, month, Number(first), 2, wall);
  // A search looks back: a date that is still to come was last year's.
  return thisYear && thisYear.day > wall.now ? dated(year - 1, month, Number(first), 2, wall) : thisYear;
}

function dated(year: number, month: number, day: number, words: number, wall: Wall) {
  const local = Date.UTC(year, month - 1, day);
  const made = new Date(local);
  if (made.getUTCMonth() !== month - 1 || made.getUTCDate() !== day) return null;
  return { day: toInstant(local, wall), words };
}

/** Weeks begin on Monday here. */
function week(wall: Wall, by: number): [number, number] {
  const weekday = (new Date(wall.now + wall.offset(wall.now)).getUTCDay() + 6) % 7;
  return [midnight(wall, by * 7 - weekday), by < 0 ? midnight(wall, (by + 1) * 7 - weekday) : wall.now];
}

function month(wall: Wall, by: number): [number, number] {
  const today = new Date(wall.now + wall.offset(wall.now));
  const first = (months: number) => toInstant(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + months, 1), wall);
  return [first(by), by < 0 ? first(by + 1) : wall.now];
}

/** 14:00, 14.30, 14h, 14u: hours as a number. */
function clockOf(word: string | undefined): number | null {
  const parts = /^(\d{1,2})(?:[:.](\d{2})|[hu])$/.exec(word ?? '');
  if (!parts) return null;
  const [hour, minute] = [Number(parts[1]), Number(parts[2] ?? 0)];
  return hour > 24 || minute > 59 ? null : hour + minute / 60;
}
