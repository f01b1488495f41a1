import { assert } from '../errors.js';
import { InputTopic, inputTopics } from '../frames.js';
import type { GroupMetadata, InputPartition } from '../kafka/input.js';
import type { Consumed } from '../kafka/runs.js';
import type { ReadyPartition } from '../restore/restorer.js';
import { PartitionMerge } from './merge.js';
import type { Positions } from './positions.js';

/** A partition number that this instance owns: both inputs, merged. */
export class AssignedPartition {
  merge = new PartitionMerge();
  /** The next offsets to hand to a worker; ahead of `committed` by the batches in flight. */
  positions: Positions;
  /** The positions that the broker, or under at_least_once the store, has acknowledged. */
  committed: Positions;
  changelogPosition: number;
  readonly paused = new Set<InputTopic>();

  constructor(readonly ready: ReadyPartition) {
    this.positions = ready.start;
    this.committed = ready.start;
    this.changelogPosition = ready.changelogPosition;
  }

  get number(): number {
    return this.ready.partition;
  }

  /** Back to what is committed: what was merged or dispatched since is read again. */
  rewind(): void {
    this.merge = new PartitionMerge();
    this.positions = this.committed;
    this.paused.clear();
  }
}

/** What the group assigned to this instance, and the generation it did so in. */
export class Assignment {
  /** The group gave the partitions to others already: nothing of this assignment may be committed any more. */
  lost = false;
  readonly partitions = new Map<number, AssignedPartition>();
  /** Partitions with something new to merge. */
  readonly touched = new Set<AssignedPartition>();

  constructor(
    ready: readonly ReadyPartition[],
    readonly group: GroupMetadata,
  ) {
    for (const one of ready) this.partitions.set(one.partition, new AssignedPartition(one));
  }

  get(partition: number): AssignedPartition {
    const found = this.partitions.get(partition);
    assert(found !== undefined, `partition ${partition} is assigned`);
    return found;
  }

  /** Takes in what was consumed. */
  add({ events }: Consumed): void {
    for (const event of events) {
      if ('run' in event) {
        const partition = this.get(event.run.partition);
        partition.merge.add(event.run);
        this.touched.add(partition);
      } else {
        const partition = this.partitions.get(event.end.partition);
        partition?.merge.markEnd(event.end.topic as InputTopic);
        if (partition !== undefined) this.touched.add(partition);
      }
    }
  }

  /** Partitions of which more than `limit` records are held back; they are marked as paused. */
  takeOverfull(limit: number): InputPartition[] {
    return this.changePauses((buffered, isPaused) => !isPaused && buffered > limit, true);
  }

  /** Paused partitions that have come down to half of `limit`; they are no longer marked. */
  takeRelieved(limit: number): InputPartition[] {
    return this.changePauses((buffered, isPaused) => isPaused && buffered <= limit / 2, false);
  }

  rewind(): ReadonlyMap<number, Positions> {
    this.touched.clear();
    for (const partition of this.partitions.values()) partition.rewind();
    return new Map([...this.partitions].map(([number, { committed }]) => [number, committed]));
  }

  private changePauses(applies: (buffered: number, isPaused: boolean) => boolean, paused: boolean): InputPartition[] {
    const changed: InputPartition[] = [];
    for (const partition of this.partitions.values()) {
      for (const topic of inputTopics) {
        if (!applies(partition.merge.buffered(topic), partition.paused.has(topic))) continue;
        if (paused) partition.paused.add(topic);
        else partition.paused.delete(topic);
        changed.push({ topic, partition: partition.number });
      }
    }
    return changed;
  }
}

/** Splits an assignment into partition numbers that have both topics, and partitions whose other topic is elsewhere. */
export function pairPartitions(partitions: readonly InputPartition[]): {
  readonly paired: readonly number[];
  readonly unpaired: readonly InputPartition[];
} {
  const of = (topic: InputTopic): Set<number> =>
    new Set(partitions.filter((one) => one.topic === topic).map((one) => one.partition));
  const init = of(InputTopic.init);
  const requests = of(InputTopic.requests);
  return {
    paired: [...init].filter((partition) => requests.has(partition)).sort((a, b) => a - b),
    unpaired: partitions.filter(({ partition }) => !(init.has(partition) && requests.has(partition))),
  };
}
