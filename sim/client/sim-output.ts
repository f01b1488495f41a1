import { temporary } from '../../src/errors.js';
import type { FrameBatch } from '../../src/frames.js';
import { transactionFailure } from '../../src/kafka/failure.js';
import type { GroupMetadata } from '../../src/kafka/input.js';
import type { Output, OutputTopic } from '../../src/kafka/output.js';
import type { Positions } from '../../src/pipeline/positions.js';
import { readFrames } from '../../test/support/fakes/records.js';
import type { Conduct } from '../check/conduct.js';
import type { Cluster } from '../cluster/cluster.js';
import type { ProducerEpoch } from '../cluster/transaction-coordinator.js';
import type { Step } from '../faults/fault.js';
import type { Calls } from './calls.js';
import { decodeIdentity } from './identity.js';
import { KafkaFailure } from './kafka-failure.js';
import { later } from './later.js';
import type { Membership } from './membership.js';
import type { Deliver, RecordQueue } from './record-queue.js';

const flushTimeoutMs = 500;
const deliveryTimeoutMs = 60_000;

export type SimOutputOptions = {
  readonly transactionalId: string;
  readonly cluster: Cluster;
  readonly calls: Calls;
  readonly member: Membership;
  readonly conduct: Conduct;
  readonly nowMs: () => number;
  readonly queueTo: (deliver: Deliver) => RecordQueue;
};

type Call = Parameters<typeof transactionFailure>[0];

/** A producer as librdkafka's behaves, transactional or not; its errors pass through the daemon's own reading of them. */
export class SimOutput implements Output {
  /** Of a transactional producer. */
  private epoch: ProducerEpoch | undefined;
  private inTransaction = false;
  /** Records of a batch were given and their delivery was not waited for yet. */
  private isProducing = false;
  /** What the transaction, or the producer, has failed with. */
  private failure: KafkaFailure | undefined;
  /** Partitions whose offsets the transaction carries. */
  private readonly partitions = new Set<number>();
  private readonly queue: RecordQueue;

  constructor(private readonly options: SimOutputOptions) {
    this.queue = options.queueTo((log, records) => {
      if (this.epoch !== undefined) return options.cluster.transactions.append(this.epoch, log, records);
      for (const record of records) options.conduct.appended(log, log.append(record));
      return undefined;
    });
  }

  /** Whether another has taken the transactional.id, or the coordinator has given this producer up. */
  get isFenced(): boolean {
    return this.epoch !== undefined && this.options.cluster.transactions.isFenced(this.epoch);
  }

  async initTransactions(): Promise<void> {
    const { cluster, transactionalId, calls } = this.options;
    this.epoch = await this.attempt('init', () =>
      calls.request('initTransactions', () => cluster.transactions.init(transactionalId)),
    );
  }

  async begin(): Promise<void> {
    const { conduct, calls } = this.options;
    conduct.require(!this.inTransaction, 'a transaction is begun when none is open');
    await this.attempt('begin', () => calls.local('begin', () => undefined));
    this.inTransaction = true;
  }

  async produce(topic: OutputTopic, frames: FrameBatch): Promise<void> {
    const { conduct, cluster, calls } = this.options;
    if (!this.isProducing && this.epoch === undefined) conduct.producesWithoutTransaction(frames);
    this.isProducing = true;
    const step: Step = `produce ${topic}`;
    await this.attempt('produce', () =>
      calls.local(step, () => {
        for (const { partition, ...record } of readFrames(frames)) {
          const log = cluster.output(topic)[partition];
          if (log === undefined) throw new Error(`${topic} has no partition ${partition}`);
          this.queue.add(log, record);
        }
      }),
    );
  }

  async sendOffsets(positions: ReadonlyMap<number, Positions>, { bytes }: GroupMetadata): Promise<void> {
    const { cluster, conduct, member, calls } = this.options;
    conduct.require(this.inTransaction, 'offsets are sent within a transaction');
    // Without the addon it is the group metadata of the moment that are sent.
    const identity = bytes === undefined ? member.identity : decodeIdentity(bytes);
    conduct.require(identity.memberId !== '', 'offsets are sent in the name of a member');
    for (const partition of positions.keys()) this.partitions.add(partition);
    await this.attempt('sendOffsets', () =>
      calls.request('sendOffsets', () => {
        cluster.group.validate(identity, true);
        return cluster.transactions.addOffsets(this.held(), positions);
      }),
    );
  }

  flush(): Promise<boolean> {
    return this.emptied('flush', flushTimeoutMs);
  }

  async commit(): Promise<void> {
    const { conduct } = this.options;
    conduct.require(this.inTransaction, 'what is committed is a transaction');
    conduct.commits(this.partitions);
    await this.end('commit', 'committed');
  }

  async abort(): Promise<void> {
    if (this.failure?.isFatal !== true) this.failure = undefined;
    this.queue.clear();
    await this.end('abort', 'aborted');
  }

  async delivered(): Promise<void> {
    if (!(await this.emptied('delivered', deliveryTimeoutMs)))
      throw temporary(`records are not delivered after ${deliveryTimeoutMs} ms`);
    this.isProducing = false;
    if (this.queue.failure !== undefined) throw temporary('records were not delivered', this.queue.failure);
  }

  async close(): Promise<void> {
    this.queue.clear();
  }

  private async end(name: 'commit' | 'abort', outcome: 'committed' | 'aborted'): Promise<void> {
    const { cluster, calls } = this.options;
    await this.attempt(name, () =>
      calls.request(name, () => {
        if (!this.queue.isEmpty) return later;
        if (name === 'commit') this.assertIntact();
        cluster.transactions.end(this.held(), outcome);
        return undefined;
      }),
    );
    this.inTransaction = false;
    this.isProducing = false;
    this.failure = undefined;
    this.queue.clear();
    this.partitions.clear();
  }

  private emptied(step: Step, timeoutMs: number): Promise<boolean> {
    const { calls, nowMs } = this.options;
    const untilMs = nowMs() + timeoutMs;
    return calls.local(step, () => {
      if (this.queue.isEmpty) return true;
      return nowMs() < untilMs ? later : false;
    });
  }

  private held(): ProducerEpoch {
    if (this.epoch === undefined) throw new Error('the producer has no epoch yet');
    return this.epoch;
  }

  /** After an error a transaction can only be aborted; a record that was not delivered is one. @throws KafkaFailure */
  private assertIntact(): void {
    if (this.epoch === undefined) return;
    this.failure ??= this.queue.failure;
    if (this.failure !== undefined) throw this.failure;
  }

  private async attempt<Result>(name: Call, call: () => Promise<Result>): Promise<Result> {
    try {
      if (name !== 'abort' || this.failure !== undefined) this.assertIntact();
      return await call();
    } catch (error) {
      const isLasting = error instanceof KafkaFailure && (error.isFatal || error.isTxnRequiresAbort);
      if (isLasting && this.epoch !== undefined && name !== 'begin') this.failure = error;
      throw transactionFailure(name, this.options.transactionalId, error);
    }
  }
}
