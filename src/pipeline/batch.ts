import type { FramePool } from '../frame-pool.js';
import { FrameWriter, type InputTopic } from '../frames.js';
import type { Slots } from '../slots/slots.js';
import type { BatchPart, ProcessResult } from '../slots/tasks.js';
import type { AssignedPartition, Assignment } from './assignment.js';
import type { Run } from './merge.js';
import { type Positions, withPosition } from './positions.js';

/** Records on their way through the workers and a transaction. It is in flight until it is persisted or discarded. */
export type Batch = {
  readonly epoch: number;
  readonly assignment: Assignment;
  readonly messages: number;
  /** The input positions after the batch, of each partition in it. */
  readonly ends: ReadonlyMap<number, Positions>;
  readonly slots: readonly SlotBatch[];
  readonly dispatchedAtMs: number;
};

export type SlotBatch = {
  readonly slot: number;
  readonly partitions: readonly number[];
  readonly result: Promise<ProcessResult>;
};

/** As many as a worker needs for a batch beside what it has back from the batches before: answers and statuses. */
const sparesOfTask = 2;

type SlotDraft = { readonly writer: FrameWriter; readonly parts: BatchPart[] };

/** Takes up to `limit` records out of the merges, each partition's in its order, and splits them by slot. */
function draft(
  assignment: Assignment,
  slots: Slots,
  limit: number,
  pool: FramePool,
): { messages: number; drafts: Map<number, SlotDraft> } {
  const drafts = new Map<number, SlotDraft>();
  let messages = 0;
  for (const partition of assignment.touched) {
    if (messages >= limit) break;
    const runs: Run[] = [];
    const taken = partition.merge.take(limit - messages, runs);
    assignment.touched.delete(partition);
    messages += taken;
    // A partition that may have more to give comes again, behind the others.
    if (messages >= limit && partition.merge.held > 0) assignment.touched.add(partition);
    if (taken > 0) addPart(drafts, slots.slotOf(partition.number), partition, runs, pool);
  }
  return { messages, drafts };
}

function addPart(
  drafts: Map<number, SlotDraft>,
  slot: number,
  partition: AssignedPartition,
  runs: readonly Run[],
  pool: FramePool,
): void {
  const { writer, parts } = drafts.get(slot) ?? { writer: new FrameWriter(sizeOf(runs), pool), parts: [] };
  drafts.set(slot, { writer, parts });
  const start = writer.sizeBytes;
  let { positions } = partition;
  for (const run of runs) {
    writer.copy(run.buffer, run.start, run.end, run.count);
    positions = withPosition(positions, run.topic as InputTopic, run.lastOffset + 1);
  }
  partition.positions = positions;
  parts.push({ partition: partition.number, start, end: writer.sizeBytes, positions });
}

const sizeOf = (runs: readonly Run[]): number => runs.reduce((sum, run) => sum + run.end - run.start, 0);

/** Makes a batch of what the merges let pass and hands it to the slots; undefined when nothing passes. */
export function dispatchBatch(
  assignment: Assignment,
  slots: Slots,
  limit: number,
  epoch: number,
  pool: FramePool,
): Batch | undefined {
  const { messages, drafts } = draft(assignment, slots, limit, pool);
  if (messages === 0) return undefined;
  const ends = new Map<number, Positions>();
  const slotBatches = [...drafts].map(([slot, { writer, parts }]): SlotBatch => {
    for (const { partition, positions } of parts) ends.set(partition, positions);
    const result = slots.run(slot, {
      kind: 'process',
      parts,
      frames: writer.take(),
      spares: pool.takeLargest(sparesOfTask),
    });
    // Its failure is handled when the batch's turn to commit comes; until then it is not unhandled.
    result.catch(() => undefined);
    return { slot, partitions: parts.map(({ partition }) => partition), result };
  });
  return { epoch, assignment, messages, ends, slots: slotBatches, dispatchedAtMs: performance.now() };
}
