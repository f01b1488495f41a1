import { bar } from '../terminal/bar.js';
import type { Ink } from '../terminal/ink.js';
import { columnsOf, fitted, number } from '../terminal/text.js';
import type { BoardTotals } from './board.js';
import type { BoardSection } from './board-section.js';

/** Columns of each part of a line of the table. */
export type TableLayout = {
  readonly name: number;
  /** 0: there is no room for a bar. */
  readonly bar: number;
  readonly available: number;
  readonly seats: number;
};

const soldOut = 'sold out';
const rateColumns = 8;
const fewestNameColumns = 8;
const mostNameColumns = 32;
const fewestBarColumns = 6;
const mostBarColumns = 60;
/** Spaces and the slash between the parts, with the bar and without. */
const gapColumns = 1 + 1 + 3 + 2;

/** Divides `columns` by what the largest numbers and the longest of the names shown need. */
export function tableLayout(
  columns: number,
  totals: Pick<BoardTotals, 'largestAvailable' | 'largestSeats'>,
  shown: readonly BoardSection[],
): TableLayout {
  const available = Math.max(soldOut.length, number(totals.largestAvailable).length);
  // One more for the sign of "at least".
  const seats = Math.max('seats'.length, number(totals.largestSeats).length + 1);
  const room = columns - gapColumns - available - seats - rateColumns;
  const longest = shown.reduce((most, { label }) => Math.max(most, columnsOf(label)), fewestNameColumns);
  const name = Math.max(1, Math.min(longest, mostNameColumns, Math.max(fewestNameColumns, Math.floor(room / 2)), room));
  const rest = room - name - 1;
  return { name, bar: rest < fewestBarColumns ? 0 : Math.min(rest, mostBarColumns), available, seats };
}

const line = (layout: TableLayout, name: string, drawn: string, available: string, seats: string, rate: string) =>
  ` ${name} ${layout.bar > 0 ? `${drawn} ` : ''}${available.padStart(layout.available)} ${seats}  ${rate.padStart(rateColumns)}`;

export const tableHeader = (layout: TableLayout, ink: Ink): string =>
  ink(
    line(
      layout,
      fitted('section', layout.name),
      fitted('available', layout.bar),
      'left',
      `/ ${'seats'.padStart(layout.seats)}`,
      'seats/s',
    ),
    'faint',
  );

/** One section: name, bar, seats left of seats (≥: at least so many, for the number is not known), seats sold a second. */
export function sectionLine(section: BoardSection, layout: TableLayout, ink: Ink): string {
  const { available, seats, isSeatCountKnown, share, seatsPerSecond } = section;
  const isSoldOut = available === 0;
  const name = fitted(section.label, layout.name);
  const of = isSeatCountKnown ? number(seats) : seats === 0 ? '?' : `≥${number(seats)}`;
  return line(
    layout,
    isSoldOut ? ink(name, 'faint') : name,
    bar(share, layout.bar, ink),
    isSoldOut ? soldOut : number(available),
    `/ ${of.padStart(layout.seats)}`,
    seatsPerSecond >= 0.05 ? rateText(seatsPerSecond) : '',
  );
}

const rateText = (perSecond: number): string => (perSecond < 10 ? perSecond.toFixed(1) : number(perSecond));
