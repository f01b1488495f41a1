import type Kafka from 'node-rdkafka';
import { type FatalError, messageOf, temporary } from '../errors.js';
import { codeOf } from './failure.js';

/** ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID, REBALANCE_IN_PROGRESS: the partitions are on their way to others. */
const outdatedCodes: readonly number[] = [22, 25, 27];

const offsetOf = ({ topic, partition }: Kafka.TopicPartitionOffset): string => `${topic}-${partition}`;

/**
 * Commits of offsets outside of a transaction, one at a time: those added meanwhile wait, the later offset of a
 * partition in place of the earlier one. librdkafka gives the answers to whoever consumes.
 */
export class OffsetCommits {
  private readonly waiting = new Map<string, Kafka.TopicPartitionOffset>();
  private readonly waiters: (() => void)[] = [];
  private outstanding = false;

  constructor(
    private readonly consumer: Kafka.KafkaConsumer,
    private readonly onFatal: (error: FatalError) => void,
  ) {
    consumer.on('offset.commit', (error: unknown) => this.onAnswer(error));
  }

  add(offsets: readonly Kafka.TopicPartitionOffset[]): void {
    for (const offset of offsets) this.waiting.set(offsetOf(offset), offset);
    this.send();
  }

  answered(): Promise<void> {
    if (!this.outstanding) return Promise.resolve();
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  private send(): void {
    if (this.outstanding || this.waiting.size === 0) return;
    this.outstanding = true;
    const offsets = [...this.waiting.values()];
    this.waiting.clear();
    try {
      this.consumer.commit(offsets);
    } catch (error) {
      this.onAnswer(error);
    }
  }

  private onAnswer(error: unknown): void {
    this.outstanding = false;
    // A commit that came too late leaves the group's offsets behind: the next owner repeats answers, and loses none.
    if (error && !outdatedCodes.includes(codeOf(error)))
      this.onFatal(temporary(`offsets can't be committed: ${messageOf(error)} (${codeOf(error)})`, error));
    this.send();
    if (!this.outstanding) for (const resolve of this.waiters.splice(0)) resolve();
  }
}
