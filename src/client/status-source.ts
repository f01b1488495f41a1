import { needsPerson } from '../errors.js';
import type { Properties } from '../kafka/properties.js';
import { Follower } from './follower.js';
import type { ReadPosition } from './load-progress.js';
import { readerProperties } from './properties.js';
import { TopicChanges } from './topic-changes.js';

/** A committed record of the status topic, in its partition's order. */
export type StatusRecord = {
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds since the epoch. */
  readonly timestampMs: number;
  readonly key: Buffer;
  /** Null is a tombstone. */
  readonly value: Buffer | null;
};

/** Reads a status topic, all partitions from the beginning, for as long as it is the same topic. */
export interface StatusSource {
  readonly partitionCount: number;
  /** Why this source is of no use any more: the topic was made anew, or has other partitions. */
  readonly outdated: string | undefined;
  /** Whether the topic is not there at the moment; it may come back as another. */
  readonly isMissing: boolean;
  /** Takes the records that are there, up to `limit`, without waiting. @throws Error when it can't go on */
  next(limit: number): Promise<readonly StatusRecord[]>;
  /** Where every partition is, behind the records that `next` gave. */
  positions(): readonly ReadPosition[];
  close(): Promise<void>;
}

/** OFFSET_BEGINNING. */
const beginning = -2;

/** The topic on a cluster. */
export class KafkaStatusSource implements StatusSource {
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
  static async connect(client: Properties, topic: string): Promise<KafkaStatusSource> {
    const changes = new TopicChanges(topic);
    const follower = await Follower.connect(readerProperties(client), (line) => changes.note(line));
    try {
      const partitionCount = (await follower.topics()).get(topic)?.partitionCount;
      if (partitionCount === undefined)
        throw needsPerson(
          `There is no topic ${topic} at ${client['bootstrap.servers']}, or it is hidden from this client.`,
        );
      follower.follow(
        Array.from({ length: partitionCount }, (_, partition) => ({ topic, partition, offset: beginning })),
      );
      return new KafkaStatusSource(follower, changes, topic, partitionCount);
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

  async next(limit: number): Promise<readonly StatusRecord[]> {
    const messages = await this.follower.next(limit, 0);
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
}
