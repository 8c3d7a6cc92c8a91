// The drawings of icons, 24 by 24, as strokes: used by Icon.svelte and by the map's markers.
import type { Kind } from '../api/types';

export const ICONS = {
  map: 'M9 4 3 6v14l6-2 6 2 6-2V4l-6 2-6-2zM9 4v14M15 6v14',
  list: 'M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20 20l-4-4',
  plus: 'M12 5v14M5 12h14',
  shield: 'M12 3l8 3v6c0 5-3.500 8-8 9-4.500-1-8-4-8-9V6zM9 12l2 2 4-4',
  people: 'M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 20c0-3.500 3-5.500 6.500-5.500s6.500 2 6.500 5.500M16 4.500a3.500 3.500 0 0 1 0 6.500M18 14.800c2.200.7 3.500 2.500 3.500 5.200',
  eye: 'M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z',
  check: 'M5 12.500 10 17.500 19.500 7',
  cross: 'M6 6l12 12M18 6 6 18',
  reply: 'M9 7 4 12l5 5M4 12h10a6 6 0 0 1 6 6',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  clip: 'M20 11.500 12 19.500a5 5 0 0 1-7-7l8.500-8.500a3.300 3.300 0 0 1 4.700 4.700L10 17a1.600 1.600 0 0 1-2.300-2.300l7.300-7.200',
  place: 'M12 21s7-6.200 7-11.500a7 7 0 1 0-14 0C5 14.800 12 21 12 21zM12 12a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.500 2',
  filter: 'M4 5h16M7 12h10M10 19h4',
  help: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.500 9.500a2.500 2.500 0 1 1 3.600 2.200c-.8.4-1.100.9-1.100 1.800M12 17h.01',
  out: 'M10 4H5v16h5M14 8l4 4-4 4M18 12H9',
  theme: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 3v18M12 7.500h5.500M12 12h8.500M12 16.500h5.500',
  locate: 'M12 18a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM12 2v4M12 18v4M2 12h4M18 12h4',
  minus: 'M5 12h14',
  cut: 'M4 4l16 16M9 5h11M4 9v11h11',
  key: 'M8 15a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 11h9v3M17 11v3',
  bell: 'M6 16V11a6 6 0 1 1 12 0v5l2 2H4zM10 21h4',
  report: 'M5 4h14v16H5zM9 9h6M9 13h6',
  alert: 'M12 4 3 19.500h18zM12 10v4M12 17h.01',
  request: 'M9.200 9a2.900 2.900 0 1 1 4.300 2.500c-1 .6-1.500 1.200-1.500 2.300M12 18h.01',
  notice: 'M5 6h14v14H5zM5 10h14M9 3.500V7M15 3.500V7',
  observation: 'M4 12a8 8 0 0 1 16 0M7.500 12a4.500 4.500 0 0 1 9 0M12 12v8',
  signal: 'M5 19a1 1 0 1 0 0-.01M5 12a7 7 0 0 1 7 7M5 5.500A13.500 13.500 0 0 1 18.500 19',
  assessment: 'M4 20V10M10 20V4M16 20v-8M21 20H3',
  decision: 'M12 3v18M5 7h14M5 7l-3 7h6zM19 7l-3 7h6zM8 21h8',
  lesson: 'M12 6c-2-1.500-5-2-8-1.500v14c3-.5 6 0 8 1.500 2-1.500 5-2 8-1.500v-14c-3-.5-6 0-8 1.500zM12 6v14',
  tower: 'M12 2.500l6 6V21H6V8.500zM9.500 16.500c.8-.8.8-2 .8-3a1.700 1.700 0 0 1 3.400 0c0 1 0 2.200.8 3z',
} as const;

export type IconName = keyof typeof ICONS;

export const KIND_ICONS: Record<Kind, IconName> = {
  report: 'report',
  alert: 'alert',
  request: 'request',
  reply: 'reply',
  notice: 'notice',
  observation: 'observation',
  signal: 'signal',
  assessment: 'assessment',
  decision: 'decision',
  lesson: 'lesson',
};
