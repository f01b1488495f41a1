import { assert } from '../../../src/errors.js';
import { type InputTopic, inputTopics } from '../../../src/frames.js';
import type { CommittedOffsets, GroupMetadata, Input, InputPartition, Rebalance } from '../../../src/kafka/input.js';
import { type Consumed, RunPacker } from '../../../src/kafka/runs.js';
import { type Positions, positionOf } from '../../../src/pipeline/positions.js';
import { type FakeKafka, inputName } from './kafka.js';
import type { InputRecord } from './records.js';
import { type Steps, turn, until } from './steps.js';

const nameOf = ({ topic, partition }: InputPartition): string => `${inputName(topic)}-${partition}`;

/** What a member of the group has of it in a generation. */
export const metadataOf = (generation: number): GroupMetadata => ({
  ...{ bytes: Buffer.from(`generation ${generation}`), memberId: 'a member', generation },
});

/** One input partition as it is fetched. */
type Fetched = InputPartition & { position: number; toldEndAt: number };

/** The two inputs in memory: gives what is assigned and not paused, partition by partition, and tells their ends. */
export class FakeInput implements Input {
  /** Partitions that nothing is fetched of for now, as when a broker is slow; by name: `init-0`. */
  readonly slow = new Set<string>();
  readonly paused = new Set<string>();
  readonly pausedEver: string[] = [];
  readonly seeks: ReadonlyMap<number, Positions>[] = [];
  consumes = 0;
  /** KIP-848: transactions carry the epoch of now, not that of the assignment. */
  isIncremental = false;
  /** The group's generation; raised by each assignment. */
  generation = 0;
  /** The group has given this member up, and has not said so yet: it refuses offsets, and the client has no id any more. */
  isGivenUp = false;
  private readonly rebalances: Rebalance[] = [];
  private fetched: Fetched[] = [];
  private consuming = false;
  /** Partition numbers that were asked for. Until they are given back the client fetches nothing. */
  private readonly leaving = new Set<number>();

  constructor(
    private readonly kafka: FakeKafka,
    private readonly steps: Steps,
    private readonly onRebalance: (kind: Rebalance['kind']) => void,
  ) {}

  /** Has the group give or take partition numbers, with both their topics. */
  rebalance(kind: Rebalance['kind'], ...partitions: number[]): void {
    this.rebalanceOf(
      kind,
      partitions.flatMap((partition) => inputTopics.map((topic) => ({ topic, partition }))),
    );
  }

  rebalanceOf(kind: Rebalance['kind'], partitions: readonly InputPartition[]): void {
    if (kind === 'assign') this.generation += 1;
    else for (const { partition } of partitions) this.leaving.add(partition);
    this.tellEndsAgain();
    this.rebalances.push({ kind, partitions });
    this.onRebalance(kind);
  }

  get assigned(): string[] {
    return this.fetched.map(nameOf);
  }

  async consume(limit: number): Promise<Consumed> {
    assert(!this.consuming, 'one consume is outstanding at a time');
    this.consuming = true;
    this.consumes += 1;
    const packer = new RunPacker();
    for (const one of this.fetched) this.fetch(one, limit, packer);
    await turn();
    await this.steps.take('consume');
    this.consuming = false;
    return packer.take();
  }

  nextRebalance(): Rebalance | undefined {
    return this.rebalances.shift();
  }

  async groupMetadata(): Promise<GroupMetadata> {
    const metadata = metadataOf(this.generation);
    return this.isGivenUp ? { ...metadata, memberId: '' } : metadata;
  }

  async currentMetadata(captured: GroupMetadata): Promise<GroupMetadata> {
    return this.isIncremental && this.generation > captured.generation ? metadataOf(this.generation) : captured;
  }

  async generationAfter({ generation }: GroupMetadata): Promise<void> {
    this.steps.note('generationAfter');
    await until(() => this.generation > generation || this.rebalances.length > 0, 'the group says something new');
  }

  async committed(
    partitions: readonly number[],
    isCancelled: () => boolean,
  ): Promise<ReadonlyMap<number, CommittedOffsets>> {
    await this.steps.take('committed');
    if (isCancelled()) return new Map();
    return new Map(partitions.map((partition) => [partition, this.kafka.committed.get(partition) ?? {}]));
  }

  assign(starts: ReadonlyMap<number, Positions>): void {
    this.steps.note('assign');
    for (const [partition, positions] of starts) {
      for (const topic of inputTopics) {
        const one = { topic, partition, position: positionOf(positions, topic), toldEndAt: -1 };
        assert(!this.assigned.includes(nameOf(one)), 'a partition is assigned once');
        this.fetched.push(one);
      }
    }
  }

  unassign(partitions: readonly number[]): void {
    this.steps.note('unassign');
    assert(!this.consuming, 'no consume is outstanding while the client unassigns');
    this.fetched = this.fetched.filter(({ partition }) => !partitions.includes(partition));
    this.leaving.clear();
    this.tellEndsAgain();
  }

  async seek(positions: ReadonlyMap<number, Positions>): Promise<void> {
    await this.steps.take('seek');
    assert(!this.consuming, 'no consume is outstanding while the client seeks');
    this.seeks.push(positions);
    for (const one of this.fetched) {
      const position = positions.get(one.partition);
      assert(position !== undefined || this.leaving.has(one.partition), 'all that stays assigned is sought');
      if (position === undefined) continue;
      one.position = positionOf(position, one.topic);
      one.toldEndAt = -1;
    }
  }

  pause(partitions: readonly InputPartition[]): void {
    for (const one of partitions) {
      this.paused.add(nameOf(one));
      this.pausedEver.push(nameOf(one));
    }
  }

  resume(partitions: readonly InputPartition[]): void {
    for (const one of partitions) this.paused.delete(nameOf(one));
    // librdkafka begins a new fetch, and tells the end again.
    const resumed = new Set(partitions.map(nameOf));
    for (const one of this.fetched) if (resumed.has(nameOf(one))) one.toldEndAt = -1;
  }

  commit(positions: ReadonlyMap<number, Positions>): void {
    this.steps.note('commitOffsets');
    if (!this.isGivenUp) this.kafka.commitOffsets(positions);
  }

  async commitsAnswered(): Promise<void> {
    await this.steps.take('commitsAnswered');
  }

  async close(): Promise<void> {
    this.steps.note('close input');
  }

  /** As librdkafka does after it paused all that is assigned. */
  private tellEndsAgain(): void {
    for (const one of this.fetched) one.toldEndAt = -1;
  }

  private fetch(one: Fetched, limit: number, packer: RunPacker): void {
    if (this.leaving.size > 0 || this.paused.has(nameOf(one)) || this.slow.has(nameOf(one))) return;
    const log = this.kafka.log(one.topic, one.partition);
    for (const record of log) {
      if (record.offset < one.position) continue;
      if (packer.count >= limit) return;
      packer.message(one.topic, messageOf(record));
      one.position = record.offset + 1;
    }
    // PARTITION_EOF comes once at each end, as librdkafka tells it.
    if (one.toldEndAt === one.position) return;
    one.toldEndAt = one.position;
    packer.end({ topic: one.topic, partition: one.partition, offset: one.position });
  }
}

const messageOf = ({ topic, partition, offset, timestampMs, key, value }: InputRecord) => ({
  topic: inputName(topic as InputTopic),
  ...{ partition, offset, key, value },
  timestamp: timestampMs,
  size: value?.length ?? 0,
});
