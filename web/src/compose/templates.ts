// What people report, ask and announce most, with the questions that matter for it: one choice instead of a blank page.
// Not here: how they are offered (TemplateRow.svelte); the words are messages, so both languages have them.
import type { Kind, Severity, Urgency } from '../api/types';
import { everywhere, t, type Key } from '../i18n/index.svelte';

export interface Template {
  id: string;
  kind: Kind;
  /** The name it is chosen by, and the beginning of the title. */
  name: Key;
  /** The questions, one a line. */
  text: Key;
  urgency?: Urgency;
  severity?: Severity;
  tag?: string;
}

export const TEMPLATES: Template[] = [
  { id: 'vehicle', kind: 'report', name: 'templates.vehicle', text: 'templates.vehicle.text', tag: 'vehicle' },
  { id: 'watcher', kind: 'report', name: 'templates.watcher', text: 'templates.watcher.text', tag: 'reconnaissance' },
  { id: 'drone', kind: 'report', name: 'templates.drone', text: 'templates.drone.text', tag: 'drone' },
  { id: 'damage', kind: 'report', name: 'templates.damage', text: 'templates.damage.text', tag: 'damage' },
  { id: 'package', kind: 'alert', name: 'templates.package', text: 'templates.package.text', urgency: 'immediate', severity: 'severe', tag: 'object' },
  { id: 'intruder', kind: 'alert', name: 'templates.intruder', text: 'templates.intruder.text', urgency: 'immediate', severity: 'severe', tag: 'intrusion' },
  { id: 'evacuation', kind: 'alert', name: 'templates.evacuation', text: 'templates.evacuation.text', urgency: 'immediate', severity: 'severe', tag: 'evacuation' },
  { id: 'images', kind: 'request', name: 'templates.images', text: 'templates.images.text', tag: 'images' },
  { id: 'known', kind: 'request', name: 'templates.known', text: 'templates.known.text' },
  { id: 'support', kind: 'request', name: 'templates.support', text: 'templates.support.text' },
  { id: 'delivery', kind: 'notice', name: 'templates.delivery', text: 'templates.delivery.text', tag: 'delivery' },
  { id: 'visit', kind: 'notice', name: 'templates.visit', text: 'templates.visit.text', tag: 'visit' },
  { id: 'protest', kind: 'notice', name: 'templates.protest', text: 'templates.protest.text', tag: 'demonstration' },
  { id: 'works', kind: 'notice', name: 'templates.works', text: 'templates.works.text', tag: 'works' },
];

/** The questions of a template as lines to fill in. */
export const questions = (template: Template): string => lines(t(template.text)).join('\n');

const lines = (text: string) => text.split('|').map((question) => `- ${question.trim()}: `);

/** Every question of every template, in every language: a line that is only a question was not answered. */
export function allPrompts(): string[] {
  return TEMPLATES.flatMap((one) => everywhere(one.text).flatMap(lines));
}
