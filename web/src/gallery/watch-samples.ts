// Invented signals for the gallery, with fixed times. No event in them happened, and nobody wrote these texts.
import type { Class, ClassHit, Document, Learning, Point, Shown, SourceDay, Span, Term, WhyNot } from '../watch/types';
import { galleryNow } from './samples';

const at = (minutes: number) => new Date(galleryNow + minutes * 60_000).toISOString();
const TEXT = 'Morgen om 8 uur gaan we de ingang van het World Forum blokkeren. Kom naar het Churchillplein!';

const spanOf = (text: string, word: string): Span[] => {
  const start = text.indexOf(word);
  return start < 0 ? [] : [{ part: 'text', start, end: start + word.length }];
};
const term = (kind: Term['kind'], name: string, value: number, words: string[] = [], why = ''): Term => ({
  kind, name, value, words, why, spans: words.flatMap((word) => spanOf(TEXT, word)),
});

interface Part {
  id: string;
  title: string;
  text: string;
  terms: Term[];
  classes: Class[];
  minutes?: number;
  documents?: number;
  sources?: string[];
  voices?: number;
  hits?: ClassHit[];
}

export function signal(part: Part, rest: Partial<Shown> = {}): Shown {
  const { id, title, text, terms, classes, minutes = -4, documents = 1, sources = ['tips'], voices = 0, hits = [] } = part;
  return {
    excerpt: text, state: 'open',
    signal: {
      id, raised: at(minutes), updated: at(minutes + 2), threshold: 4.2, classes: hits, profiles: [], times: [], places: [],
      story: {
        id, title, leading: { source: 'tips', key: id }, started: at(minutes), latest: at(minutes + 2), documents, copies: documents - 1, updates: 0, deleted: 0,
        sources, voices, languages: ['nl'], places: [], classes, profiles: [], members: [{ source: 'tips', key: id }],
      },
      score: { total: Math.round(terms.reduce((sum, one) => sum + one.value, 0) * 1000) / 1000, terms, rules: '33188933', model: '7f3a91c2d0' },
    },
    ...rest,
  };
}

export const shown = signal({
  id: 'one', title: 'Ingang van het World Forum', text: TEXT, classes: ['disruption', 'call_to_action'], documents: 14, sources: ['tips', 'street', 'news'], voices: 9,
  hits: [{ class: 'threat_of_violence', rule: 'harm', strength: 0, guards: ['reported', 'conditional'], words: [], spans: [] }],
  terms: [
    term('class', 'disruption', 2.125, ['gaan', 'ingang', 'blokkeren'], 'intent'), term('profile', 'World Forum', 1.5, ['World Forum'], 'match'),
    term('class', 'call_to_action', 1.2, ['Kom naar'], 'come, conditional'), term('burst', 'World Forum', 1.05, [], '14 in an hour, usual 2, 3 sources, 9 voices'),
    term('calendar', 'Conference', 1, [], 'during'), term('model', '7f3a91c2', 0.62, ['ingang'], 'probability 0.73'), term('spread', 'sources', 0.396, [], '3 sources'),
    term('novelty', 'first', 0.18, [], '0.80 new'), term('trust', 'E', -0.5, [], 'source'),
  ],
});

export const signals: Shown[] = [
  shown,
  signal({ id: 'two', title: 'Rook achter het gebouw', text: 'Er is nu brand in een container, veel rook op straat. De brandweer is onderweg.', classes: ['incident'], terms: [term('class', 'incident', 2.5), term('profile', 'World Forum', 1.5), term('trust', 'A', 0.4)] }),
  signal({ id: 'three', title: 'Demonstratie voor het klimaat op zaterdag om twee uur, aangemeld bij de gemeente, met muziek en sprekers', text: 'Aangemeld bij de gemeente, begint om 14.00 uur.', classes: ['demonstration'], minutes: -600, terms: [term('profile', 'World Forum', 2.5), term('class', 'demonstration', -1, [], 'lawful assembly: announced')] }),
  signal({ id: 'four', title: 'Straat dicht?', text: 'Iemand zegt dat de straat morgen dicht is. Niet bevestigd.', classes: ['rumour'], terms: [term('profile', 'Roads', 1), term('class', 'rumour', 0.5), term('trust', 'D', -0.2)] }, { state: 'judged', judged: { verdict: 'not_relevant', member: 'm', at: at(-1) } }),
  signal({ id: 'five', title: 'Welke ingang heeft camera’s?', text: 'Weet iemand wanneer de bewakers wisselen?', classes: ['reconnaissance'], terms: [term('class', 'reconnaissance', 2.5), term('profile', 'World Forum', 1.5)] }, { state: 'judged', item: 'item', judged: { verdict: 'relevant', class: 'reconnaissance', member: 'm', at: at(-1) } }),
  signal({ id: 'six', title: 'Concert vanavond', text: 'Vanavond een mooi concert. De tram rijdt gewoon.', classes: [], terms: [term('profile', 'World Forum', 1.5)] }, { state: 'withdrawn' }),
];

export const documentOf = (one: Shown): Document => ({
  source: 'tips', key: one.signal.id, title: one.signal.story.title, text: one.excerpt, published: one.signal.raised, arrived: one.signal.raised, language: 'nl',
  tags: ['denhaag'], links: [], url: 'https://social.example.org/post',
});

export const whyNot: WhyNot = {
  threshold: 4.2, story: 'one',
  score: { total: 1.3, rules: '33188933', terms: [term('profile', 'World Forum', 1.5), term('trust', 'D', -0.2)] },
  reasons: [
    { because: 'below_threshold', missing: 2.9 }, { because: 'guarded', class: 'threat_of_violence', guards: ['fiction', 'quoted'] }, { because: 'lawful_assembly' },
    { because: 'muted', mute: 'm', until: at(3000) }, { because: 'not_watched' },
  ],
};

/** A share that rises, with an interval that narrows: as it goes when analysts teach. */
export const points: Point[] = Array.from({ length: 60 }, (_, index) => {
  const share = 0.35 + 0.5 * (1 - Math.exp(-index / 25)) + 0.05 * Math.sin(index / 3);
  const half = 0.4 / Math.sqrt(Math.min(index + 1, 20) / 3);
  return { judged: index + 1, share, low: Math.max(0, share - half), high: Math.min(1, share + half) };
});

const DAY_MS = 86_400_000;
export const days: SourceDay[] = Array.from({ length: 50 }, (_, index) => ({
  day: new Date(galleryNow - (49 - index) * DAY_MS).toISOString().slice(0, 10),
  documents: index === 30 ? 0 : 20 + ((index * 7) % 23), copies: (index * 5) % 11, faults: index === 30 ? 4 : index === 31 ? 1 : 0,
}));

export const learning: Learning = {
  judged: 74, languages: { nl: [58, 31], en: [16, 4] }, points, ask: [],
  models: [
    { language: 'nl', number: 2, champion: false, made: at(-30), about: { learned: 44, relevant: 24, learned_until: at(-30), version: 'b', comparison: { champion: 0.71, challenger: 0.83, better: 0.94, judged: 14 } } },
    { language: 'nl', number: 1, champion: true, made: at(-4000), about: { learned: 21, relevant: 11, learned_until: at(-4000), version: 'a' } },
  ],
};
