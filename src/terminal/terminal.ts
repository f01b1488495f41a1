/** What is written to: a terminal, a file, or a pipe. */
export type Terminal = Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'rows' | 'write'>;

/** Escape sequences of ECMA-48 and of xterm (the alternate screen, synchronized output). */
export const sequences = {
  hideCursor: '\u001b[?25l',
  showCursor: '\u001b[?25h',
  clearToLineEnd: '\u001b[K',
  clearToScreenEnd: '\u001b[J',
  /** To the beginning of a row, counted from 1. */
  toRow: (row: number): string => `\u001b[${row}H`,
  /** What is between is shown at once (mode 2026); a terminal that doesn't know it ignores it. */
  beginUpdate: '\u001b[?2026h',
  endUpdate: '\u001b[?2026l',
  enterAlternateScreen: '\u001b[?1049h',
  leaveAlternateScreen: '\u001b[?1049l',
  up: (lines: number): string => (lines > 0 ? `\u001b[${lines}A\r` : '\r'),
} as const;

/** Whether a board can be drawn in place on `out`: a terminal that moves its cursor, of at least this size, no CI's log. */
export function isLive(out: Terminal, environment: NodeJS.ProcessEnv, columns: number, rows: number): boolean {
  const isLog = Boolean(environment.CI) || environment.TERM === 'dumb';
  return out.isTTY && !isLog && out.columns >= columns && out.rows >= rows;
}
