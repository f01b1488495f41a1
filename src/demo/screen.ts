import { isLive, sequences, type Terminal } from '../terminal/terminal.js';
import { type BoardState, boardColumns, boardLines, progressLine } from './board.js';

const boardIntervalMs = 100;
const plainIntervalMs = 1_000;

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
    this.isLive = !environment.NO_COLOR && isLive(out, environment, boardColumns, boardHeight + 1);
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
    const text = lines.map((line) => `${line}${sequences.clearToLineEnd}\n`).join('');
    this.out.write(`${sequences.hideCursor}${sequences.up(this.drawnLines)}${text}${sequences.clearToScreenEnd}`);
    this.drawnLines = lines.length;
  }

  /** Gives the terminal back as it was. */
  close(): void {
    if (this.isLive) this.out.write(sequences.showCursor);
  }
}
