import { assert } from '../errors.js';
import { type InputTopic, inputTopics } from '../frames.js';
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
  /** The group takes it back: what is in flight of it is finished, and nothing new is begun. */
  isRevoked = false;

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

/** What the group assigned to this instance, and the generation that its transactions carry. */
export class Assignment {
  /** The group gave the partitions to others already: nothing of this assignment may be committed any more. */
  lost = false;
  readonly partitions = new Map<number, AssignedPartition>();
  /** Partitions with something new to merge. */
  readonly touched = new Set<AssignedPartition>();

  constructor(
    ready: readonly ReadyPartition[],
    public group: GroupMetadata,
  ) {
    this.include(ready);
  }

  get(partition: number): AssignedPartition {
    const found = this.partitions.get(partition);
    assert(found !== undefined, `partition ${partition} is assigned`);
    return found;
  }

  /** How many records lie in the partitions that have something new. */
  get waiting(): number {
    let records = 0;
    for (const { merge } of this.touched) records += merge.held;
    return records;
  }

  /** The partitions that stay, as far as is known. */
  get kept(): number[] {
    if (this.lost) return [];
    return [...this.partitions.values()].filter(({ isRevoked }) => !isRevoked).map(({ number }) => number);
  }

  /** What may be fetched of the partitions that stay: all but the sides that are held back. */
  get fetchable(): InputPartition[] {
    return this.kept.flatMap((partition) =>
      inputTopics.filter((topic) => !this.get(partition).paused.has(topic)).map((topic) => ({ topic, partition })),
    );
  }

  include(ready: readonly ReadyPartition[]): void {
    for (const one of ready) {
      assert(!this.partitions.has(one.partition), `partition ${one.partition} is assigned once`);
      this.partitions.set(one.partition, new AssignedPartition(one));
    }
  }

  /** From now on nothing new of these partitions is processed. @returns those that are assigned */
  revoke(partitions: ReadonlySet<number>): number[] {
    const revoked = [...this.partitions.values()].filter(({ number }) => partitions.has(number));
    for (const partition of revoked) {
      partition.isRevoked = true;
      partition.merge = new PartitionMerge();
      this.touched.delete(partition);
    }
    return revoked.map(({ number }) => number);
  }

  remove(partitions: readonly number[]): void {
    for (const partition of partitions) {
      assert(this.get(partition).isRevoked, `partition ${partition} is revoked before it is removed`);
      this.partitions.delete(partition);
    }
  }

  /** Takes in what was consumed, but for what comes late, of partitions that are taken back. */
  add({ events }: Consumed): void {
    for (const event of events) {
      if ('run' in event) {
        const partition = this.get(event.run.partition);
        if (partition.isRevoked) continue;
        partition.merge.add(event.run);
        this.touched.add(partition);
      } else {
        const partition = this.partitions.get(event.end.partition);
        if (partition === undefined || partition.isRevoked) continue;
        partition.merge.markEnd(event.end.topic as InputTopic);
        this.touched.add(partition);
      }
    }
  }

  /** After a time in which nothing was fetched no end is known any more; each is told again. */
  forgetEnds(): void {
    for (const { merge } of this.partitions.values()) merge.forgetEnds();
  }

  /** Partitions of which more than `limit` records are held back; they are marked as paused. */
  takeOverfull(limit: number): InputPartition[] {
    return this.changePauses((buffered, isPaused) => !isPaused && buffered > limit, true);
  }

  /** Paused partitions that have come down to half of `limit`; they are no longer marked. */
  takeRelieved(limit: number): InputPartition[] {
    return this.changePauses((buffered, isPaused) => isPaused && buffered <= limit / 2, false);
  }

  /** Takes the partitions that stay back to what is committed. @returns where they are read from again */
  rewind(): ReadonlyMap<number, Positions> {
    this.touched.clear();
    return new Map(
      this.kept.map((number) => {
        const partition = this.get(number);
        partition.rewind();
        return [number, partition.committed];
      }),
    );
  }

  private changePauses(applies: (buffered: number, isPaused: boolean) => boolean, paused: boolean): InputPartition[] {
    const changed: InputPartition[] = [];
    for (const partition of this.partitions.values()) {
      if (partition.isRevoked) continue;
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
