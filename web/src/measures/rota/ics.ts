// A rota as a calendar (RFC 5545), written in the browser because the node keeps no rota. Not here: reading calendars, which the node does.

export interface Entry {
  title: string;
  from: string;
  until: string;
}

const LINE_BYTES_MAX = 75;

export function calendar(entries: readonly Entry[], made: string, uid: (at: number) => string): string {
  const events = entries.flatMap((one, at) => [
    'BEGIN:VEVENT', `UID:${uid(at)}`, `DTSTAMP:${stamp(made)}`, `DTSTART:${stamp(one.from)}`, `DTEND:${stamp(one.until)}`, `SUMMARY:${escaped(one.title)}`, 'END:VEVENT',
  ]);
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Belfry//Rota//EN', ...events, 'END:VCALENDAR'].map(folded).join('\r\n') + '\r\n';
}

/** 20261122T070000Z */
const stamp = (time: string): string => `${new Date(time).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;

const escaped = (text: string): string => text.replaceAll(/[\\;,]/g, (sign) => `\\${sign}`).replaceAll(/\r?\n/g, '\\n');

/** Lines of at most 75 bytes; what goes on begins with a space. No character is cut in two. */
function folded(line: string): string {
  const bytes = new TextEncoder();
  let out = '';
  let length = 0;
  for (const sign of line) {
    const size = bytes.encode(sign).length;
    if (length + size > LINE_BYTES_MAX) {
      out += '\r\n ';
      length = 1;
    }
    out += sign;
    length += size;
  }
  return out;
}
