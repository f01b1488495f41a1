import { type BoardState, boardColumns, boardLines, progressLine } from './board.js';

const boardIntervalMs = 100;
const plainIntervalMs = 1_000;
const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
const clearToLineEnd = '\u001b[K';
const clearToScreenEnd = '\u001b[J';
const up = (lines: number): string => (lines > 0 ? `\u001b[${lines}A\r` : '\r');

/** Where a demo is shown: a terminal, or a pipe. */
export type Terminal = Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'rows' | 'write'>;

/** Shows the demo's progress: the board in place on a terminal, else plain lines, one a second. */
export class Screen {
  private readonly isLive: boolean;
  private drawnLines = 0;
  private lastDrawnMs = Number.NEGATIVE_INFINITY;

  /** `boardHeight`: lines of the board. */
  constructor(
    private readonly out: Terminal,
    environment: NodeJS.ProcessEnv,
    boardHeight: number,
  ) {
    const isPlain = Boolean(environment.NO_COLOR) || Boolean(environment.CI) || environment.TERM === 'dumb';
    this.isLive = out.isTTY && !isPlain && out.columns >= boardColumns && out.rows > boardHeight;
  }

  /** Writes lines that stay. */
  print(...lines: readonly string[]): void {
    this.out.write(lines.map((line) => `${line}\n`).join(''));
    this.drawnLines = 0;
  }

  /** Shows `state()`, unless the last time was a moment ago. */
  draw(state: () => BoardState, isLast = false): void {
    const nowMs = performance.now();
    if (!isLast && nowMs - this.lastDrawnMs < (this.isLive ? boardIntervalMs : plainIntervalMs)) return;
    this.lastDrawnMs = nowMs;
    if (!this.isLive) {
      this.out.write(`${progressLine(state())}\n`);
      return;
    }
    const lines = boardLines(state());
    const text = lines.map((line) => `${line}${clearToLineEnd}\n`).join('');
    this.out.write(`${hideCursor}${up(this.drawnLines)}${text}${clearToScreenEnd}`);
    this.drawnLines = lines.length;
  }

  /** Gives the terminal back as it was. */
  close(): void {
    if (this.isLive) this.out.write(showCursor);
  }
}
