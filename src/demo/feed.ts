import { Follower, type Place } from '../client/follower.js';
import { followerProperties } from '../client/properties.js';
import { decodeResult, decodeStatus } from '../client/records.js';
import { silentLog } from '../client/silent-log.js';
import { type Config, type TopicNames, topicNames } from '../config/schema.js';
import { watermarkProperties } from '../kafka/properties.js';
import { KafkaWatermarks } from '../kafka/watermarks.js';
import type { Ledger } from './ledger.js';

const recordLimit = 5_000;
const waitMs = 10;
/** OFFSET_BEGINNING. */
const beginning = -2;

/** Brings committed answers and statuses from Kafka to the ledger, from the beginning of their topics. */
export class Feed {
  /** When the latest record was taken, by performance.now(). */
  lastRecordMs = 0;

  private constructor(
    private readonly follower: Follower,
    private readonly watermarks: KafkaWatermarks,
    private readonly topics: TopicNames,
    private readonly partitions: readonly Omit<Place, 'offset'>[],
    private readonly ledger: Ledger,
  ) {}

  static async start(config: Config, partitionCount: (topic: string) => number, ledger: Ledger): Promise<Feed> {
    const topics = topicNames(config);
    const [follower, watermarks] = await Promise.all([
      Follower.connect(followerProperties(config)),
      KafkaWatermarks.connect(watermarkProperties(config), silentLog),
    ]);
    const partitions = [topics.results, topics.status].flatMap((topic) =>
      Array.from({ length: partitionCount(topic) }, (_, partition) => ({ topic, partition })),
    );
    follower.follow(partitions.map((one) => ({ ...one, offset: beginning })));
    return new Feed(follower, watermarks, topics, partitions, ledger);
  }

  /** Takes what there is, after a short wait for a first record. */
  async step(): Promise<void> {
    const messages = await this.follower.next(recordLimit, waitMs);
    if (messages.length > 0) this.lastRecordMs = performance.now();
    for (const { topic, value } of messages) {
      if (value === null) continue;
      if (topic === this.topics.results) this.ledger.addAnswer(decodeResult(value));
      else this.ledger.addStatus(decodeStatus(value), value.length);
    }
  }

  /** Takes everything that there is at this moment, to the end of each partition. */
  async finish(): Promise<void> {
    const ends = await Promise.all(
      this.partitions.map(async ({ topic, partition }) => {
        const { high } = await this.watermarks.range(topic, partition);
        return { topic, partition, offset: high };
      }),
    );
    while (!ends.every((end) => this.follower.hasReached(end))) await this.step();
  }

  async close(): Promise<void> {
    await Promise.all([this.follower.close(), this.watermarks.close()]);
  }
}
