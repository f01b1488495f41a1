import { plain } from '../terminal/ink.js';
import { harmless } from '../terminal/text.js';
import type { BoardSection } from './board-section.js';
import { type FrameState, totalsText } from './frame.js';
import { sectionLine, tableHeader, tableLayout } from './table.js';

const columns = 80;

/** The board as plain lines, for a log or a pipe: the first `limit` of the sections selected, and how many are left out. */
export function snapshotLines(state: FrameState, selected: readonly BoardSection[], limit: number): string[] {
  const shown = selected.slice(0, limit);
  const layout = tableLayout(columns, state.totals, shown);
  const rest = selected.length - shown.length;
  return [
    `${harmless(state.title)}   ${harmless(state.condition)}`,
    totalsText(state.totals, columns),
    ...(shown.length > 0 ? [tableHeader(layout, plain)] : []),
    ...shown.map((section) => sectionLine(section, layout, plain)),
    ...(rest > 0 ? [` … and ${rest} more (--limit, --filter)`] : []),
  ].map((line) => line.trimEnd());
}
