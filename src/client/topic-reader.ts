import { needsPerson } from '../errors.js';
import type { Properties } from '../kafka/properties.js';
import { Follower } from './follower.js';
import type { ReadPosition } from './load-progress.js';
import type { CommittedRecord, StatusSource } from './status-source.js';
import { TopicChanges } from './topic-changes.js';

/** OFFSET_BEGINNING. */
const beginning = -2;

export type TopicReaderOptions = {
  /** Of a committed reader: properties.ts. */
  readonly properties: Properties;
  readonly topic: string;
  /** Where to start: at the beginning, behind what is committed now, or at an offset of each partition. */
  readonly from: 'beginning' | 'end' | readonly number[];
};

/** Reads all partitions of one topic, without a consumer group, and notices when the topic is not that one any more. */
export class TopicReader implements StatusSource {
  private readonly nextOffsets: (number | undefined)[];

  private constructor(
    private readonly follower: Follower,
    private readonly changes: TopicChanges,
    private readonly topic: string,
    readonly partitionCount: number,
  ) {
    this.nextOffsets = Array.from({ length: partitionCount });
  }

  /** @throws FatalError (75) when no broker answers within 10 s, (78) when there is no such topic */
  static async connect({ properties, topic, from }: TopicReaderOptions): Promise<TopicReader> {
    const changes = new TopicChanges(topic);
    const follower = await Follower.connect(properties, (line) => changes.note(line));
    try {
      const partitionCount = (await follower.topics()).get(topic)?.partitionCount;
      if (partitionCount === undefined)
        throw needsPerson(
          `There is no topic ${topic} at ${properties['bootstrap.servers']}, or it is hidden from this client.`,
        );
      const reader = new TopicReader(follower, changes, topic, partitionCount);
      await reader.follow(from);
      return reader;
    } catch (error) {
      await follower.close();
      throw error;
    }
  }

  get outdated(): string | undefined {
    return this.changes.happened;
  }

  get isMissing(): boolean {
    return this.changes.isMissing;
  }

  /** With `waitMs` it waits for a first record, on a thread of libuv's pool. */
  async next(limit: number, waitMs = 0): Promise<readonly CommittedRecord[]> {
    const messages = await this.follower.next(limit, waitMs);
    return messages.map(({ partition, offset, timestamp, key, value }) => {
      this.nextOffsets[partition] = offset + 1;
      return { partition, offset, timestampMs: timestamp ?? -1, key: Buffer.from(key ?? ''), value };
    });
  }

  positions(): ReadPosition[] {
    return this.nextOffsets.map((offset, partition) => {
      const end = this.follower.end(this.topic, partition);
      const next = offset === undefined || end === undefined ? (offset ?? end) : Math.max(offset, end);
      return { partition, next, high: this.follower.highWatermark(this.topic, partition) };
    });
  }

  close(): Promise<void> {
    return this.follower.close();
  }

  private async follow(from: TopicReaderOptions['from']): Promise<void> {
    const { topic, follower } = this;
    const offsetOf = async (partition: number): Promise<number> => {
      if (from === 'beginning') return beginning;
      if (from === 'end') return (await follower.range(topic, partition)).end;
      // A partition that was not there has nothing that was read.
      return from[partition] ?? beginning;
    };
    const offsets = await Promise.all(
      Array.from({ length: this.partitionCount }, (_, partition) => offsetOf(partition)),
    );
    follower.follow(offsets.map((offset, partition) => ({ topic, partition, offset })));
    // Until something comes of a partition, its place is where it started.
    for (const [partition, offset] of offsets.entries()) if (offset >= 0) this.nextOffsets[partition] = offset;
  }
}
