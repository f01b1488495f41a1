import { setTimeout as sleep } from 'node:timers/promises';
import Kafka from 'node-rdkafka';
import { messageOf, temporary } from '../errors.js';
import { type FrameBatch, FrameWriter } from '../frames.js';
import type { Log } from '../log.js';
import { connect, disconnect } from './connect.js';
import { called, codeOf } from './failure.js';
import type { Properties } from './properties.js';

/** A stretch of one changelog partition: from an offset to the high watermark that is known to hold all images needed. */
export type ChangelogStretch = { readonly partition: number; readonly from: number; readonly until: number };

/** Reads committed images of the changelog. */
export interface Changelog {
  /**
   * Reads each stretch until the first PARTITION_EOF at or beyond its `until`, and hands the frames over batch by
   * batch, in each partition's order; a batch is handed over once the one before is done with. Ends early when cancelled.
   */
  read(
    stretches: readonly ChangelogStretch[],
    onFrames: (frames: FrameBatch) => Promise<void>,
    isCancelled: () => boolean,
  ): Promise<void>;
  close(): Promise<void>;
}

const batchMessages = 5_000;
const waitMs = 100;
const longestSilenceMs = 60_000;

export type KafkaChangelogOptions = { readonly properties: Properties; readonly topic: string; readonly log: Log };

export class KafkaChangelog implements Changelog {
  private consumer: Kafka.KafkaConsumer | undefined;
  private writer = new FrameWriter();
  private ends: { partition: number; offset: number }[] = [];
  private reading = false;

  constructor(private readonly options: KafkaChangelogOptions) {}

  async read(
    stretches: readonly ChangelogStretch[],
    onFrames: (frames: FrameBatch) => Promise<void>,
    isCancelled: () => boolean,
  ): Promise<void> {
    const { topic } = this.options;
    const consumer = await this.connected();
    const open = new Map(stretches.map((stretch) => [stretch.partition, stretch.until]));
    this.reading = true;
    consumer.assign(stretches.map(({ partition, from }) => ({ topic, partition, offset: from })));
    try {
      let silentSinceMs = performance.now();
      while (open.size > 0 && !isCancelled()) {
        const { frames, ends } = await this.consume(consumer);
        for (const { partition, offset } of ends) {
          if (offset >= (open.get(partition) ?? Number.POSITIVE_INFINITY)) open.delete(partition);
        }
        if (frames.count > 0) await onFrames(frames);
        if (frames.count > 0 || ends.length > 0) silentSinceMs = performance.now();
        else if (performance.now() - silentSinceMs > longestSilenceMs)
          throw temporary(
            `${topic} gave no record for ${longestSilenceMs} ms, and partitions ${[...open.keys()].join(', ')} are not read to their end: is a transaction open there?`,
          );
      }
    } finally {
      consumer.unassign();
      this.reading = false;
    }
  }

  async close(): Promise<void> {
    while (this.reading) await sleep(5);
    if (this.consumer !== undefined) await disconnect(this.consumer);
  }

  private async connected(): Promise<Kafka.KafkaConsumer> {
    if (this.consumer !== undefined) return this.consumer;
    const consumer = new Kafka.KafkaConsumer(this.options.properties as Kafka.ConsumerGlobalConfig, {});
    consumer.on('data', ({ partition, offset, timestamp, key, value }) =>
      this.writer.append(
        { partition, topic: 0, offset, timestampMs: timestamp ?? -1 },
        value,
        typeof key === 'string' ? Buffer.from(key) : (key ?? null),
      ),
    );
    consumer.on('partition.eof', ({ partition, offset }) => this.ends.push({ partition, offset }));
    await connect(consumer, this.options.log);
    this.consumer = consumer;
    return consumer;
  }

  private async consume(
    consumer: Kafka.KafkaConsumer,
  ): Promise<{ frames: FrameBatch; ends: readonly { partition: number; offset: number }[] }> {
    this.ends = [];
    try {
      consumer.setDefaultConsumeTimeout(waitMs);
      await called<unknown>((done) => consumer.consume(1, done));
      consumer.setDefaultConsumeTimeout(0);
      await called<unknown>((done) => consumer.consume(batchMessages, done));
    } catch (error) {
      throw temporary(`the changelog can't be read: ${messageOf(error)} (${codeOf(error)})`, error);
    }
    return { frames: this.writer.take(), ends: this.ends };
  }
}
