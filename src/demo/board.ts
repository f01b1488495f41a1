import { bar } from '../terminal/bar.js';
import { colours as ink } from '../terminal/ink.js';
import { number } from '../terminal/text.js';

/** What the board shows at one moment. */
export type BoardState = {
  readonly sections: readonly { readonly name: string; readonly available: number; readonly seatCount: number }[];
  readonly requests: number;
  readonly answers: number;
  readonly confirmed: number;
  readonly rejected: number;
  readonly answersPerSecond: number;
  readonly elapsedMs: number;
};

/** The board fits this many columns. */
export const boardColumns = 80;

/** Lines of the board of so many sections. */
export const boardHeight = (sections: number): number => sections + 4;

const nameColumns = 12;
const barColumns = 40;
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

function sectionLine({ name, available, seatCount }: BoardState['sections'][number]): string {
  const share = seatCount > 0 ? available / seatCount : 0;
  const label = name.slice(0, nameColumns).padEnd(nameColumns);
  const count = available === 0 ? 'sold out' : number(available);
  return ` ${available === 0 ? ink(label, 'faint') : label} ${bar(share, barColumns, ink)} ${count.padStart(9)} / ${number(seatCount).padStart(9)}`;
}

/** The live board: a line a section, its bar emptying from the right, then the totals. */
export function boardLines(state: BoardState): string[] {
  const { requests, answers, confirmed, rejected, answersPerSecond, elapsedMs } = state;
  return [
    ink(` ${'section'.padEnd(nameColumns)} ${'available'.padEnd(barColumns)} ${'seats'.padStart(21)}`, 'faint'),
    ...state.sections.map(sectionLine),
    '',
    ` ${ink(number(answers), 'bold')} of ${number(requests)} requests answered   ${number(answersPerSecond)}/s   ${seconds(elapsedMs)}`,
    ` ${number(confirmed)} confirmed   ${number(rejected)} rejected`,
  ];
}

/** The same in one plain line, for a log. */
export function progressLine(state: BoardState): string {
  const { sections, requests, answers, answersPerSecond, elapsedMs } = state;
  const available = sections.reduce((sum, section) => sum + section.available, 0);
  const soldOut = sections.filter((section) => section.available === 0).length;
  return `${seconds(elapsedMs).padStart(7)}  ${number(answers)} of ${number(requests)} answered, ${number(answersPerSecond)}/s; ${number(available)} seats left, ${soldOut} of ${sections.length} sections sold out`;
}
