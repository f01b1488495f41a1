import { setTimeout as sleep } from 'node:timers/promises';
import Kafka from 'node-rdkafka';
import { temporary } from '../errors.js';
import type { Log } from '../log.js';
import type { Run } from '../pipeline/merge.js';
import { consumerConfiguration } from './client-configuration.js';
import { connect, disconnect } from './connect.js';
import { kafkaFailure } from './failure.js';
import { type Io, recordSource } from './io.js';
import type { Properties } from './properties.js';
import type { RecordSource } from './record-source.js';
import type { ConsumedEvent, PartitionEnd } from './runs.js';

/** A stretch of one changelog partition: from an offset to the high watermark that is known to hold all images needed. */
export type ChangelogStretch = { readonly partition: number; readonly from: number; readonly until: number };

/** Reads committed images of the changelog. */
export interface Changelog {
  /**
   * Reads each stretch until the first PARTITION_EOF at or beyond its `until`, and hands over what was read,
   * in each partition's order; the next is handed over once the one before is done with. Ends early when cancelled.
   */
  read(
    stretches: readonly ChangelogStretch[],
    onRuns: (runs: readonly Run[]) => Promise<void>,
    isCancelled: () => boolean,
  ): Promise<void>;
  close(): Promise<void>;
}

const batchMessages = 5_000;
const waitMs = 100;
const longestSilenceMs = 60_000;

export type KafkaChangelogOptions = {
  readonly properties: Properties;
  readonly topic: string;
  readonly io: Io;
  readonly log: Log;
};

export type ChangelogReader = { readonly consumer: Kafka.KafkaConsumer; readonly source: RecordSource };

/** Connects a consumer of the changelog alone. @throws FatalError (75) when no broker answers */
export async function connectReader({ properties, topic, io, log }: KafkaChangelogOptions): Promise<ChangelogReader> {
  const consumer = new Kafka.KafkaConsumer(...consumerConfiguration(properties));
  const onError = (error: unknown): void => {
    throw kafkaFailure("the changelog can't be read", error);
  };
  const source = recordSource(io, { consumer, topics: [topic], onError });
  await connect(consumer, log);
  return { consumer, source };
}

export class KafkaChangelog implements Changelog {
  private reader: ChangelogReader | undefined;
  private reading = false;

  constructor(private readonly options: KafkaChangelogOptions) {}

  async read(
    stretches: readonly ChangelogStretch[],
    onRuns: (runs: readonly Run[]) => Promise<void>,
    isCancelled: () => boolean,
  ): Promise<void> {
    const { topic } = this.options;
    this.reader ??= await connectReader(this.options);
    const { consumer, source } = this.reader;
    const open = new Map(stretches.map((stretch) => [stretch.partition, stretch.until]));
    this.reading = true;
    consumer.assign(stretches.map(({ partition, from }) => ({ topic, partition, offset: from })));
    try {
      let silentSinceMs = performance.now();
      while (open.size > 0 && !isCancelled()) {
        const { count, events } = await source.take(batchMessages, waitMs, 0);
        for (const { partition, offset } of endsOf(events)) {
          if (offset >= (open.get(partition) ?? Number.POSITIVE_INFINITY)) open.delete(partition);
        }
        if (count > 0) await onRuns(runsOf(events));
        if (events.length > 0) silentSinceMs = performance.now();
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
    if (this.reader !== undefined) await disconnect(this.reader.consumer);
  }
}

const endsOf = (events: readonly ConsumedEvent[]): PartitionEnd[] =>
  events.flatMap((event) => ('end' in event ? [event.end] : []));

const runsOf = (events: readonly ConsumedEvent[]): Run[] =>
  events.flatMap((event) => ('run' in event ? [event.run] : []));
