import type { Ink, Style } from './ink.js';

/** At or below these shares of free seats the bar turns yellow, and red. */
const yellowShare = 0.5;
const redShare = 0.15;

/** The colour of a section by its share of free seats, 0 to 1. */
export const fullnessStyle = (share: number): Style =>
  share > yellowShare ? 'green' : share > redShare ? 'yellow' : 'red';

/** A bar that empties from the right. A section that has a seat left has a bar. */
export function bar(share: number, columns: number, ink: Ink): string {
  const full = Math.min(columns, Math.max(0, Math.ceil(share * columns)));
  return ink('█'.repeat(full), fullnessStyle(share)) + ink('░'.repeat(columns - full), 'faint');
}
