import { assert } from '../../../src/errors.js';
import { type InputTopic, inputTopics } from '../../../src/frames.js';
import type { CommittedOffsets, GroupMetadata, Input, InputPartition, Rebalance } from '../../../src/kafka/input.js';
import { type Consumed, RunPacker } from '../../../src/kafka/runs.js';
import { type Positions, positionOf } from '../../../src/pipeline/positions.js';
import { type FakeKafka, inputName } from './kafka.js';
import type { InputRecord } from './records.js';
import { type Steps, turn } from './steps.js';

const nameOf = ({ topic, partition }: InputPartition): string => `${inputName(topic)}-${partition}`;

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
  private readonly rebalances: Rebalance[] = [];
  private fetched: Fetched[] = [];
  private consuming = false;
  private generation = 0;

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

  get hasRebalance(): boolean {
    return this.rebalances.length > 0;
  }

  async groupMetadata(): Promise<GroupMetadata> {
    return { bytes: Buffer.from(`generation ${this.generation}`) };
  }

  async committed(partitions: readonly number[]): Promise<ReadonlyMap<number, CommittedOffsets>> {
    await this.steps.take('committed');
    return new Map(partitions.map((partition) => [partition, this.kafka.committed.get(partition) ?? {}]));
  }

  assign(starts: ReadonlyMap<number, Positions>): void {
    this.steps.note('assign');
    this.fetched = [...starts].flatMap(([partition, positions]) =>
      inputTopics.map((topic) => ({ topic, partition, position: positionOf(positions, topic), toldEndAt: -1 })),
    );
    this.paused.clear();
  }

  unassign(): void {
    this.steps.note('unassign');
    this.fetched = [];
  }

  async seek(positions: ReadonlyMap<number, Positions>): Promise<void> {
    await this.steps.take('seek');
    assert(!this.consuming, 'no consume is outstanding while the client seeks');
    this.seeks.push(positions);
    for (const one of this.fetched) {
      const position = positions.get(one.partition);
      assert(position !== undefined, 'all that is assigned is sought');
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
  }

  commit(positions: ReadonlyMap<number, Positions>): void {
    this.steps.note('commitOffsets');
    this.kafka.commitOffsets(positions);
  }

  async commitsAnswered(): Promise<void> {
    await this.steps.take('commitsAnswered');
  }

  async close(): Promise<void> {
    this.steps.note('close input');
  }

  private fetch(one: Fetched, limit: number, packer: RunPacker): void {
    if (this.paused.has(nameOf(one)) || this.slow.has(nameOf(one))) return;
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
