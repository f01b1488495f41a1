import { InputTopic } from '../../../src/frames.js';
import { type Positions, withPosition } from '../../../src/pipeline/positions.js';
import type { SlotSettings } from '../../../src/slots/settings.js';
import type { BatchPart, ProcessResult, SlotAnswer, SlotTask, SlotTaskKind } from '../../../src/slots/tasks.js';
import { Slot } from '../../../workers/slot.js';
import type { Stores } from '../../../workers/store.js';
import { cloneFrames, framesFrom, type InputRecord } from './records.js';

type TaskOf<Kind extends SlotTaskKind> = Extract<SlotTask, { kind: Kind }>;

export const startPositions: Positions = { init: 0, requests: 0 };

/** Gives a slot its tasks, numbered as the main thread would. */
export class SlotDriver {
  private readonly slot: Slot;
  private sequence = 0;

  constructor(
    private readonly settings: SlotSettings,
    stores: Stores,
  ) {
    this.slot = new Slot(settings, stores);
  }

  async run<Kind extends SlotTaskKind>(task: TaskOf<Kind>): Promise<SlotAnswer[Kind]> {
    const envelope = { slot: this.settings.slot, sequence: this.sequence++, task: task as SlotTask };
    return (await this.slot.run(envelope)) as SlotAnswer[Kind];
  }

  /** A task with a slot and a sequence of the caller's choice. */
  runAs(slot: number, sequence: number): Promise<unknown> {
    return this.slot.run({ slot, sequence, task: { kind: 'hello' } });
  }

  open(...partitions: number[]): Promise<SlotAnswer['open']> {
    return this.run({ kind: 'open', partitions });
  }

  /** Has records processed as one batch; those of a partition must follow each other. */
  process(...records: InputRecord[]): Promise<ProcessResult> {
    return this.run({ kind: 'process', frames: framesFrom(records), parts: partsOf(records) });
  }

  /** Writes a batch's images, with the positions after `last` as its mark. */
  persist(result: ProcessResult, partition: number, positions: Positions): Promise<SlotAnswer['persist']> {
    const mark = { partition, positions, changelogPosition: 0, clusterId: 'cluster' };
    return this.run({ kind: 'persist', marks: [mark], images: cloneFrames(result.images) });
  }
}

/** The positions behind records of one partition that begins at `from`. */
export const positionsAfter = (records: readonly InputRecord[], from: Positions = startPositions): Positions =>
  records.reduce((positions, { topic, offset }) => withPosition(positions, topic, offset + 1), from);

function partsOf(records: readonly InputRecord[]): BatchPart[] {
  const parts: BatchPart[] = [];
  for (const partition of new Set(records.map((record) => record.partition))) {
    const first = records.findIndex((record) => record.partition === partition);
    const own = records.filter((record) => record.partition === partition);
    const start = framesFrom(records.slice(0, first)).sizeBytes;
    const end = start + framesFrom(own).sizeBytes;
    // What a batch leaves out of a topic it leaves where it was: just before the first record that follows.
    const from = { init: lowest(own, InputTopic.init), requests: lowest(own, InputTopic.requests) };
    parts.push({ partition, start, end, positions: positionsAfter(own, from) });
  }
  return parts;
}

const lowest = (records: readonly InputRecord[], topic: InputTopic): number =>
  records.find((record) => record.topic === topic)?.offset ?? 0;
