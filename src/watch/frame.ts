import type { Ink } from '../terminal/ink.js';
import { columnsOf, fitted, harmless, number } from '../terminal/text.js';
import type { BoardTotals } from './board.js';
import type { BoardSection } from './board-section.js';
import { sectionLine, tableHeader, tableLayout } from './table.js';
import { clampedOffset, type View } from './view.js';

/** The smallest terminal that the board is drawn on. */
export const fewestColumns = 50;
export const fewestRows = 8;

/** Lines of a frame that are no sections: title, totals, header, footer. */
const fixedLines = 4;

export const visibleSections = (rows: number): number => Math.max(1, rows - fixedLines);

/** What a frame shows besides the sections. */
export type FrameState = {
  /** What is watched: an event and a topic. */
  readonly title: string;
  /** How it stands with the topic: reading, live, or what is wrong. */
  readonly condition: string;
  readonly totals: BoardTotals;
};

export type Size = { readonly columns: number; readonly rows: number };

/** The whole screen, `rows` lines of at most `columns` columns. `selected`: the sections that the view shows, in its order. */
export function frameLines(
  state: FrameState,
  selected: readonly BoardSection[],
  view: View,
  { columns, rows }: Size,
  ink: Ink,
): string[] {
  const height = visibleSections(rows);
  const offset = clampedOffset(view.offset, selected.length, height);
  const shown = selected.slice(offset, offset + height);
  const layout = tableLayout(columns, state.totals, shown);
  const gap = Array.from({ length: height - shown.length }, () => '');
  return [
    titleLine(state, columns, ink),
    fitted(` ${totalsText(state.totals, columns - 1)}`, columns),
    tableHeader(layout, ink),
    ...shown.map((section) => sectionLine(section, layout, ink)),
    ...gap,
    ink(fitted(footerText(view, selected.length, offset, shown.length), columns), view.isTyping ? 'inverse' : 'faint'),
  ];
}

/** The totals in a line: sections, sold out, seats left, rates; where there is no room closer together, then without what matters least. */
export function totalsText(totals: BoardTotals, columns: number): string {
  const { sections, soldOut, available, seats, isSeatCountKnown, seatsPerSecond, statusesPerSecond } = totals;
  const of = isSeatCountKnown ? number(seats) : `≥${number(seats)}`;
  const known = `${number(sections)} ${sections === 1 ? 'section' : 'sections'}, ${number(soldOut)} sold out`;
  const left = `${number(available)} of ${of} seats left`;
  const sold = `${number(seatsPerSecond)} seats/s`;
  const forms = [
    [known, left, sold, `${number(statusesPerSecond)} statuses/s`].join('   '),
    [known, left, sold].join('   '),
    [known, left, sold].join('  '),
    [known, `${number(available)} seats left`, sold].join('  '),
    [known, left].join('  '),
  ];
  return forms.find((form) => columnsOf(form) <= columns) ?? known;
}

function titleLine({ title, condition }: FrameState, columns: number, ink: Ink): string {
  const right = ` ${harmless(condition)} `;
  const left = fitted(` ${harmless(title)}`, Math.max(0, columns - columnsOf(right)));
  return ink(left, 'bold') + ink(fitted(right, columns - columnsOf(left)), 'cyan');
}

function footerText(
  { sort, isReversed, filter, isTyping }: View,
  count: number,
  offset: number,
  shown: number,
): string {
  const range = count === 0 ? 'no section' : `${number(offset + 1)}–${number(offset + shown)} of ${number(count)}`;
  if (isTyping) return ` filter: ${filter}▏ ${range}   ⏎ keep  esc clear`;
  const filtered = filter === '' ? '/ filter' : `/ filter “${filter}”`;
  return ` ${range}   ↑↓ scroll  s sort: ${sort}${isReversed ? ' (reversed)' : ''}  r reverse  ${filtered}  q quit`;
}
