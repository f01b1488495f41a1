import type { SectionUpdate } from '../client/section-count.js';
import type { Board } from './board.js';
import type { SeatFeed, SectionSeats, StatusFeed } from './feeds.js';
import type { Headline } from './headline.js';
import type { Output } from './output.js';

export type WatchParts = {
  readonly board: Board;
  readonly headline: Headline;
  readonly output: Output;
  readonly statuses: StatusFeed;
  /** Undefined where the changelog can't be read. */
  readonly seats: SeatFeed | undefined;
};

/** Keeps a board by the status topic, and has it shown, until it is stopped. */
export class Watch {
  private isReady = false;
  private readonly ended: Promise<void>;
  private end: () => void = () => undefined;
  private fail: (error: unknown) => void = () => undefined;

  constructor(private readonly parts: WatchParts) {
    this.ended = new Promise((resolve, reject) => {
      this.end = resolve;
      this.fail = reject;
    });
    // It may fail when nobody waits for it any more.
    this.ended.catch(() => undefined);
  }

  /** `run` returns then. */
  stop(): void {
    this.end();
  }

  /**
   * Runs until `stop`; or, with `isOnce`, until what the topics held at the start has been shown. The sources stay open.
   * @throws what following the topics failed with
   */
  async run(isOnce: boolean): Promise<void> {
    const { output, statuses, seats } = this.parts;
    // However the process ends, a terminal is given back.
    const close = (): void => output.close();
    process.once('exit', close);
    try {
      output.open();
      seats?.follow((image) => this.learn(image));
      statuses.follow((update) => this.take(update));
      await Promise.race([this.becomeReady(), this.ended]);
      if (!isOnce) await this.ended;
    } finally {
      process.off('exit', close);
      close();
    }
  }

  private async becomeReady(): Promise<void> {
    const { headline, output, statuses, seats } = this.parts;
    await Promise.all([statuses.ready(), seats?.ready()]);
    this.isReady = true;
    headline.becomeReady();
    output.becomeReady();
  }

  private learn(image: SectionSeats): void {
    const section = this.parts.board.learnSeats(image);
    if (section !== undefined && this.isReady) this.parts.output.update(section, false);
  }

  private take(update: SectionUpdate): void {
    const { board, headline, output } = this.parts;
    // What is read at the start says nothing of the rates.
    const nowMs = this.isReady ? performance.now() : undefined;
    try {
      const isRemoved = update.kind === 'removed';
      const section = isRemoved ? board.remove(update) : board.count(update, nowMs);
      if (nowMs === undefined || section === undefined) return;
      headline.noteStatus(nowMs);
      output.update(section, isRemoved);
    } catch (error) {
      this.fail(error);
    }
  }
}
