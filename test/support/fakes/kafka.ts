import { InputTopic } from '../../../src/frames.js';
import type { CommittedOffsets } from '../../../src/kafka/input.js';
import type { OutputTopic } from '../../../src/kafka/output.js';
import type { OffsetRange } from '../../../src/kafka/watermarks.js';
import type { Positions } from '../../../src/pipeline/positions.js';
import type { InputRecord, ReadFrame } from './records.js';

export type Produced = ReadFrame & { readonly to: OutputTopic };

/** What a cluster holds: the inputs, committed offsets, and what was produced and committed. It outlives the daemon. */
export class FakeKafka {
  readonly inputs: InputRecord[] = [];
  readonly committed = new Map<number, CommittedOffsets>();
  readonly outputs: Produced[] = [];
  /** The first offset that is still there, of inputs that were deleted from. */
  readonly lowOffsets = new Map<string, number>();

  add(...records: InputRecord[]): void {
    this.inputs.push(...records);
  }

  /** The records of one partition of an input, by offset. */
  log(topic: InputTopic, partition: number): InputRecord[] {
    return this.inputs.filter((record) => record.topic === topic && record.partition === partition);
  }

  range(topic: InputTopic, partition: number): OffsetRange {
    const low = this.lowOffsets.get(`${topic}-${partition}`) ?? 0;
    const last = this.log(topic, partition).at(-1);
    return { low, high: last === undefined ? low : last.offset + 1 };
  }

  commitOffsets(positions: ReadonlyMap<number, Positions>): void {
    for (const [partition, offsets] of positions) this.committed.set(partition, offsets);
  }

  produced(to: OutputTopic): Produced[] {
    return this.outputs.filter((one) => one.to === to);
  }

  /** The images of a changelog partition; an image's place among them is its offset. */
  changelog(partition: number): Produced[] {
    return this.produced('changelog').filter((one) => one.partition === partition);
  }
}

export const inputName = (topic: InputTopic): 'init' | 'requests' => (topic === InputTopic.init ? 'init' : 'requests');
