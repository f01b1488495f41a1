import type { Board } from './board.js';
import type { Headline } from './headline.js';
import type { Output } from './output.js';
import { type Selection, select } from './selection.js';
import { snapshotLines } from './snapshot.js';

export type SnapshotsOptions = {
  readonly out: Pick<NodeJS.WritableStream, 'write' | 'once'>;
  readonly selection: Selection;
  /** Most sections of a snapshot. */
  readonly limit: number;
  /** Between two snapshots; undefined: one, once everything has been read. */
  readonly intervalMs: number | undefined;
};

/** The board as plain lines from time to time, where there is no terminal. */
export class Snapshots implements Output {
  private timer: NodeJS.Timeout | undefined;
  private isBlocked = false;

  constructor(
    private readonly board: Board,
    private readonly headline: Headline,
    private readonly options: SnapshotsOptions,
  ) {}

  open(): void {
    const { intervalMs } = this.options;
    if (intervalMs !== undefined) this.timer = setInterval(() => this.print(), intervalMs);
  }

  becomeReady(): void {
    this.print();
  }

  /** The next snapshot shows it. */
  update(): void {}

  close(): void {
    clearInterval(this.timer);
  }

  /** Passes a snapshot over while the reader still has the last one to take. */
  private print(): void {
    if (this.isBlocked) return;
    const { out, selection, limit } = this.options;
    const nowMs = performance.now();
    const selected = select(this.board.advance(nowMs), selection);
    const state = { ...this.headline.at(nowMs), totals: this.board.totals(nowMs) };
    this.isBlocked = !out.write(`${snapshotLines(state, selected, limit).join('\n')}\n\n`);
    if (this.isBlocked)
      out.once('drain', () => {
        this.isBlocked = false;
      });
  }
}
