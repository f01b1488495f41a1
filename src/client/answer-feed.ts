import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../kafka/failure.js';
import type { Properties } from '../kafka/properties.js';
import type { CommittedRecord } from './status-source.js';
import { TopicReader, type TopicReaderOptions } from './topic-reader.js';

const recordLimit = 5_000;
/** While answers are waited for, a record is waited for on a thread of libuv's pool; else it is looked after now and then. */
const waitMs = 100;
const idleMs = 20;
const retryMs = 1_000;
/** ERR__AUTO_OFFSET_RESET, OFFSET_OUT_OF_RANGE: the log begins behind the place, or ends before it. */
const outOfRangeCodes: readonly number[] = [-140, 1];

export type AnswerFeedOptions = {
  readonly properties: Properties;
  readonly topic: string;
  /** Is handed each committed answer, in its partition's order. */
  readonly onAnswer: (record: CommittedRecord) => void;
  /** Whether somebody waits for an answer. */
  readonly isAwaited: () => boolean;
  /** It goes on by itself. */
  readonly onProblem: (error: unknown) => void;
};

/** Follows the results topic, all partitions, from what is committed at the start on. */
export class AnswerFeed {
  private reader: TopicReader | undefined;
  private from: TopicReaderOptions['from'] = 'end';
  private readonly closing = new AbortController();
  private following: Promise<void> | undefined;

  private constructor(private readonly options: AnswerFeedOptions) {}

  /** An answer to what is sent from now on is not missed. @throws FatalError (75, 78) when the topic can't be read */
  static async start(options: AnswerFeedOptions): Promise<AnswerFeed> {
    const feed = new AnswerFeed(options);
    feed.reader = await feed.open();
    feed.following = feed.follow();
    return feed;
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.following;
  }

  private open(): Promise<TopicReader> {
    const { properties, topic } = this.options;
    return TopicReader.connect({ properties, topic, from: this.from });
  }

  private async follow(): Promise<void> {
    while (!this.closing.signal.aborted) {
      try {
        this.reader ??= await this.open();
        await this.step(this.reader);
      } catch (error) {
        // What is behind was answered, or timed out; reading it again settles nobody.
        if (outOfRangeCodes.includes(codeOf((error as Error).cause))) this.from = 'beginning';
        else if (this.reader !== undefined) this.from = this.reader.positions().map(({ next }) => next ?? -2);
        this.options.onProblem(error);
        await this.abandon();
        await this.pause(retryMs);
      }
    }
    await this.abandon();
  }

  private async step(reader: TopicReader): Promise<void> {
    const isAwaited = this.options.isAwaited();
    const records = await reader.next(recordLimit, isAwaited ? waitMs : 0);
    for (const record of records) this.options.onAnswer(record);
    if (reader.outdated !== undefined) {
      this.options.onProblem(new Error(`${reader.outdated}; its answers are read from their beginning`));
      this.from = 'beginning';
      await this.abandon();
    } else if (records.length === 0 && !isAwaited) await this.pause(idleMs);
  }

  private async abandon(): Promise<void> {
    const { reader } = this;
    this.reader = undefined;
    await reader?.close();
  }

  private async pause(durationMs: number): Promise<void> {
    await sleep(durationMs, undefined, { signal: this.closing.signal }).catch(() => undefined);
  }
}
