import { assert } from '../../../src/errors.js';
import type { FrameBatch } from '../../../src/frames.js';
import type { GroupMetadata } from '../../../src/kafka/input.js';
import type { Output, OutputTopic } from '../../../src/kafka/output.js';
import type { Positions } from '../../../src/pipeline/positions.js';
import type { FakeKafka, Produced } from './kafka.js';
import { readFrames } from './records.js';
import type { Steps } from './steps.js';

type Transaction = { readonly records: Produced[]; readonly offsets: Map<number, Positions> };

/** What the daemon produces, in memory. With transactions it takes effect at the commit, without them at the delivery. */
export class FakeOutput implements Output {
  private transaction: Transaction | undefined;
  private undelivered: Produced[] = [];

  constructor(
    private readonly kafka: FakeKafka,
    private readonly steps: Steps,
    /** Of each transaction, in their order. */
    readonly groups: GroupMetadata[] = [],
    /** Whether each flush gives up. */
    private readonly isSlow = false,
  ) {}

  async initTransactions(): Promise<void> {
    await this.steps.take('initTransactions');
  }

  async begin(): Promise<void> {
    await this.steps.take('begin');
    assert(this.transaction === undefined, 'one transaction is open at a time');
    this.transaction = { records: [], offsets: new Map() };
  }

  async produce(to: OutputTopic, frames: FrameBatch): Promise<void> {
    await this.steps.take(`produce ${to}`);
    const records = readFrames(frames).map((frame) => ({ ...frame, to }));
    (this.transaction?.records ?? this.undelivered).push(...records);
  }

  async sendOffsets(positions: ReadonlyMap<number, Positions>, group: GroupMetadata): Promise<void> {
    await this.steps.take('sendOffsets');
    this.groups.push(group);
    for (const [partition, offsets] of positions) this.opened().offsets.set(partition, offsets);
  }

  async flush(): Promise<boolean> {
    await this.steps.take('flush');
    this.opened();
    return !this.isSlow;
  }

  async commit(): Promise<void> {
    await this.steps.take('commit');
    const { records, offsets } = this.opened();
    this.kafka.outputs.push(...records);
    this.kafka.commitOffsets(offsets);
    this.transaction = undefined;
  }

  async abort(): Promise<void> {
    await this.steps.take('abort');
    this.opened();
    this.transaction = undefined;
  }

  async delivered(): Promise<void> {
    await this.steps.take('delivered');
    this.kafka.outputs.push(...this.undelivered);
    this.undelivered = [];
  }

  async close(): Promise<void> {
    this.steps.note('close output');
  }

  private opened(): Transaction {
    assert(this.transaction !== undefined, 'a transaction is open');
    return this.transaction;
  }
}
