import type { InputTopic } from '../../src/frames.js';
import { inputTopics } from '../../src/frames.js';
import type { InputPartition } from '../../src/kafka/input.js';
import type { RunPacker } from '../../src/kafka/runs.js';
import { type Positions, positionOf } from '../../src/pipeline/positions.js';
import type { Random } from '../../test/support/random.js';
import type { Conduct } from '../check/conduct.js';
import { type Cluster, inputTopicName } from '../cluster/cluster.js';
import type { LoggedRecord } from '../cluster/partition-log.js';

/** One input partition as it is fetched. */
type Fetched = {
  readonly topic: InputTopic;
  readonly partition: number;
  position: number;
  /** PARTITION_EOF comes once at each end. */
  toldEndAt: number | undefined;
  isPaused: boolean;
};

/** What of a partition may not have come yet, in percent of the consumes. */
const latePercent = 25;

/** Fetches committed records of what is assigned; partitions answer independently, some late, some in part. */
export class Fetcher {
  private fetched: Fetched[] = [];

  constructor(
    private readonly cluster: Cluster,
    private readonly random: Random,
    private readonly conduct: Conduct,
  ) {}

  /** Beside what is assigned. */
  assign(starts: ReadonlyMap<number, Positions>): void {
    this.unassign([...starts.keys()]);
    for (const [partition, positions] of starts) {
      for (const topic of inputTopics) {
        const position = positionOf(positions, topic);
        this.fetched.push({ topic, partition, position, toldEndAt: undefined, isPaused: false });
      }
    }
  }

  unassign(partitions: readonly number[]): void {
    this.fetched = this.fetched.filter(({ partition }) => !partitions.includes(partition));
  }

  unassignAll(): void {
    this.fetched = [];
  }

  /** Everything was paused while a rebalance was on its way. */
  tellEndsAgain(): void {
    for (const one of this.fetched) one.toldEndAt = undefined;
  }

  seek(positions: ReadonlyMap<number, Positions>): void {
    for (const one of this.fetched) {
      const position = positions.get(one.partition);
      if (position === undefined) continue;
      one.position = positionOf(position, one.topic);
      one.toldEndAt = undefined;
    }
  }

  /** librdkafka begins a new fetch after it, and tells the end again. */
  setPaused(partitions: readonly InputPartition[], isPaused: boolean): void {
    for (const one of this.fetched) {
      if (!partitions.some(({ topic, partition }) => topic === one.topic && partition === one.partition)) continue;
      one.isPaused = isPaused;
      one.toldEndAt = undefined;
    }
  }

  /** Appends what has come, up to `limit` records. */
  take(limit: number, into: RunPacker): void {
    const { fetched, random } = this;
    const first = fetched.length === 0 ? 0 : random.whole(0, fetched.length - 1);
    for (const one of [...fetched.slice(first), ...fetched.slice(0, first)]) {
      if (!one.isPaused && random.whole(0, 99) >= latePercent) this.takeFrom(one, limit, into);
    }
  }

  private takeFrom(one: Fetched, limit: number, into: RunPacker): void {
    const log = this.cluster.input(one.topic, one.partition);
    this.conduct.require(
      one.position >= log.low && one.position <= log.high,
      `${log.name} is read within its range: ${one.position} of ${log.low} to ${log.high}`,
    );
    const isCutShort = this.random.whole(0, 9) === 0;
    while (into.count < limit) {
      const record = log.next(one.position);
      if (record === undefined) {
        this.takeEnd(one, log.lastStable, into);
        return;
      }
      into.message(one.topic, messageOf(one.topic, record));
      one.position = record.offset + 1;
      if (isCutShort) return;
    }
  }

  private takeEnd(one: Fetched, lastStable: number, into: RunPacker): void {
    // Markers and aborted records are passed over.
    one.position = Math.max(one.position, lastStable);
    if (one.toldEndAt === one.position) return;
    one.toldEndAt = one.position;
    into.end({ topic: one.topic, partition: one.partition, offset: one.position });
  }
}

const messageOf = (topic: InputTopic, { partition, offset, timestampMs, key, value }: LoggedRecord) => ({
  ...{ topic: inputTopicName(topic), partition, offset, key, value },
  ...{ timestamp: timestampMs, size: value?.length ?? 0 },
});
