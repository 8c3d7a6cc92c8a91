// Shares as people type them: percentages, with a comma or a point. Not here: the field (PercentField.svelte).

/** Figures behind the point that are kept of a percentage. */
const FIGURES = 3;

/** A share as a percentage to type: 0.125 is "12.5", or "12,5" in Dutch. */
export function percentOf(share: number | null, language: 'en' | 'nl'): string {
  if (share === null || !Number.isFinite(share)) return '';
  const text = String(Number((share * 100).toFixed(FIGURES)));
  return language === 'nl' ? text.replace('.', ',') : text;
}

/** The share of a typed percentage: null when nothing is typed, NaN when it is no percentage. */
export function shareOf(text: string): number | null {
  const typed = text.trim().replace(/\s*%$/, '').replace(',', '.');
  if (typed === '') return null;
  if (!/^\d*\.?\d+$|^\d+\.$/.test(typed)) return Number.NaN;
  const percent = Number(typed);
  return percent <= 100 ? Number((percent / 100).toFixed(FIGURES + 2)) : Number.NaN;
}

/** Whether low, likely and high are there and in rising order. */
export const rising = (one: { low: number | null; likely: number | null; high: number | null }): boolean =>
  [one.low, one.likely, one.high].every((part) => part !== null && Number.isFinite(part)) &&
  Number(one.low) <= Number(one.likely) && Number(one.likely) <= Number(one.high);
