import type Kafka from 'node-rdkafka';
import type { FatalError } from '../errors.js';
import { codeOf, kafkaFailure } from './failure.js';

/**
 * ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID, REBALANCE_IN_PROGRESS, FENCED_MEMBER_EPOCH: the partitions are on their way to
 * others.
 */
const outdatedCodes: readonly number[] = [22, 25, 27, 110];
/** STALE_MEMBER_EPOCH (KIP-848): the member's epoch rose, and the heartbeat that tells it is on its way. */
const staleEpochCode = 113;
const retryMs = 20;
const mostRetries = 500;

const offsetOf = ({ topic, partition }: Kafka.TopicPartitionOffset): string => `${topic}-${partition}`;

type Waiter = { readonly until: number; readonly resolve: () => void };
/** A commit that is on its way. */
type Outstanding = { readonly offsets: Kafka.TopicPartitionOffset[]; retries: number; isOfLost: boolean };

/**
 * Commits of offsets outside of a transaction, one at a time: those added meanwhile wait, the later offset of a
 * partition in place of the earlier one. librdkafka gives the answers to whoever consumes.
 *
 * A commit goes out in the name that the member has when it is sent, and the coordinator does not ask whose the
 * partitions are. So nothing of a lost assignment is sent, or sent again: under the next epoch or generation it would
 * set the offsets back behind those of the partitions' new owner.
 */
export class OffsetCommits {
  private readonly waiting = new Map<string, Kafka.TopicPartitionOffset>();
  private outstanding: Outstanding | undefined;
  private isLost = false;
  private retry: NodeJS.Timeout | undefined;
  /** Commits begun, and those that are over. */
  private begun = 0;
  private over = 0;
  private waiters: Waiter[] = [];

  constructor(
    private readonly consumer: Kafka.KafkaConsumer,
    private readonly onFatal: (error: FatalError) => void,
  ) {
    consumer.on('offset.commit', (error: unknown) => this.onAnswer(error));
  }

  add(offsets: readonly Kafka.TopicPartitionOffset[]): void {
    if (this.isLost) return;
    for (const offset of offsets) this.waiting.set(offsetOf(offset), offset);
    this.sendNext();
  }

  /** Resolves once all that was added before the call is answered, whatever is added after it. */
  answered(): Promise<void> {
    const until = this.begun + (this.waiting.size > 0 ? 1 : 0);
    if (this.over >= until) return Promise.resolve();
    return new Promise((resolve) => this.waiters.push({ until, resolve }));
  }

  /** Partitions were given to this member: what is added from now on is sent in the name of that assignment. */
  begin(): void {
    this.isLost = false;
  }

  /** The assignment was lost: what is not on its way is not sent any more, nor what is added before the next one. */
  lose(): void {
    this.isLost = true;
    if (this.outstanding !== undefined) this.outstanding.isOfLost = true;
    this.waiting.clear();
    this.waiters = this.waiters.map(({ until, resolve }) => ({ until: Math.min(until, this.begun), resolve }));
    if (this.retry !== undefined) this.end();
    this.release();
  }

  private sendNext(): void {
    if (this.outstanding !== undefined || this.waiting.size === 0) return;
    this.begun += 1;
    const offsets = [...this.waiting.values()];
    this.waiting.clear();
    this.outstanding = { offsets, retries: 0, isOfLost: false };
    this.send(offsets);
  }

  private send(offsets: Kafka.TopicPartitionOffset[]): void {
    this.retry = undefined;
    try {
      this.consumer.commit(offsets);
    } catch (error) {
      this.onAnswer(error);
    }
  }

  private onAnswer(error: unknown): void {
    const { outstanding } = this;
    const code = error ? codeOf(error) : 0;
    const isOfLost = outstanding?.isOfLost === true;
    if (code === staleEpochCode && outstanding !== undefined && !isOfLost && outstanding.retries < mostRetries) {
      outstanding.retries += 1;
      this.retry = setTimeout(() => this.send(outstanding.offsets), retryMs);
      return;
    }
    // A commit that came too late leaves the group's offsets behind: the next owner repeats answers, and loses none.
    const isTooLate = outdatedCodes.includes(code) || (code === staleEpochCode && isOfLost);
    if (error && !isTooLate) this.onFatal(kafkaFailure("offsets can't be committed", error));
    this.end();
  }

  private end(): void {
    clearTimeout(this.retry);
    this.retry = undefined;
    this.outstanding = undefined;
    this.over += 1;
    this.sendNext();
    this.release();
  }

  private release(): void {
    const due = this.waiters.filter(({ until }) => until <= this.over);
    this.waiters = this.waiters.filter(({ until }) => until > this.over);
    for (const { resolve } of due) resolve();
  }
}
