import { assert, internal } from '../src/errors.js';
import { FramePool } from '../src/frame-pool.js';
import { emptyFrameBatch, type FrameBatch, framesOf } from '../src/frames.js';
import { noCounts } from '../src/slots/counts.js';
import type { SlotSettings } from '../src/slots/settings.js';
import type {
  ChangedSettings,
  OpenedPartition,
  PartitionMark,
  ProcessResult,
  RepublishResult,
  RepublishTask,
  RestoredPartition,
  RestoreProgress,
  SlotAnswer,
  SlotEnvelope,
  SlotTask,
  SlotTaskKind,
  StoreMark,
} from '../src/slots/tasks.js';
import { Batch } from './batch.js';
import { Outputs } from './outputs.js';
import { Partition } from './partition.js';
import { type Payload, payloadOf } from './payload.js';
import { republish } from './republish.js';
import { Standbys } from './standbys.js';
import type { Stores } from './store.js';

/** A worker slot: the partitions that it owns, and the tasks on them, one after the other. */
export class Slot {
  private readonly partitions = new Map<number, Partition>();
  private readonly standbys: Standbys;
  private readonly pool = new FramePool();
  private outputs: Outputs;
  private readonly payload: Payload;
  private nextSequence = 0;
  private failure: { readonly error: unknown } | undefined;
  private batches = 0;

  constructor(
    private settings: SlotSettings,
    private readonly stores: Stores,
  ) {
    this.outputs = new Outputs(settings, this.pool);
    this.payload = payloadOf(settings.framing);
    this.standbys = new Standbys(stores);
  }

  async run(envelope: SlotEnvelope): Promise<SlotAnswer[SlotTaskKind]> {
    assert(envelope.slot === this.settings.slot, `a task for slot ${envelope.slot} reached slot ${this.settings.slot}`);
    assert(
      envelope.sequence === this.nextSequence,
      `slot ${envelope.slot} expected task ${this.nextSequence} and got ${envelope.sequence}`,
    );
    this.nextSequence += 1;
    // After a task that failed half-way nothing is carried out any more: a later write would hide that one is missing.
    // It fails as that one did, for its answer may be the first that is heard of.
    if (this.failure !== undefined) throw this.failure.error;
    try {
      return await this.carryOut(envelope.task);
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }

  private async carryOut(task: SlotTask): Promise<SlotAnswer[SlotTaskKind]> {
    switch (task.kind) {
      case 'hello':
      case 'ping':
        return { slot: this.settings.slot };
      case 'open':
        return this.open(task.partitions);
      case 'restore':
        return this.restore(task.frames);
      case 'restored':
        return this.restored(task.partition, task.mark);
      case 'process':
        return this.process(task);
      case 'republish':
        return this.republish(task);
      case 'configure':
        return this.configure(task.settings);
      case 'persist':
        return this.persist(task.marks, task.images);
      case 'reload':
        return this.reload(task.partitions);
      case 'close':
        return this.close(task.partitions);
      case 'standBy':
        assert(!this.partitions.has(task.partition), `partition ${task.partition} is not owned while it stands by`);
        return this.standbys.open(task.partition);
      case 'follow':
        return this.standbys.follow(task);
      case 'standDown':
        return this.standbys.close(task.partitions);
      case 'learn':
        this.payload.learn(task.schemas);
        return { schemas: task.schemas.length };
    }
  }

  private async open(numbers: readonly number[]): Promise<OpenedPartition[]> {
    const all: OpenedPartition[] = [];
    for (const number of numbers) {
      assert(!this.partitions.has(number), `partition ${number} is opened once`);
      const promoted = await this.standbys.promote(number);
      const { partition, opened } = promoted ?? (await Partition.open(number, this.stores));
      this.partitions.set(number, partition);
      all.push(opened);
    }
    return all;
  }

  /** Images are written at once, without a mark: a restore that is cut short does not look finished. */
  private restore(frames: FrameBatch): RestoreProgress {
    let applied = 0;
    const frame = framesOf(frames);
    const touched = new Map<Partition, Set<string>>();
    while (frame.advance()) {
      const partition = this.owned(frame.partition);
      if (partition.restore(frame)) applied += 1;
      const key = frame.key()?.toString();
      if (key !== undefined) touched.set(partition, (touched.get(partition) ?? new Set()).add(key));
    }
    for (const [partition, keys] of touched) partition.writeLive(keys);
    return { applied, read: frames.count };
  }

  private restored(number: number, mark: StoreMark | undefined): RestoredPartition {
    const partition = this.owned(number);
    if (mark !== undefined) partition.store.write(undefined, mark);
    return { sections: partition.sections.size, newestImage: partition.newestImage() };
  }

  private process(task: Extract<SlotTask, { kind: 'process' }>): ProcessResult {
    this.batches += 1;
    this.pool.give(...(task.spares ?? []));
    const buffer = Buffer.from(task.frames.bytes);
    const unknownSchemaIds = this.payload.unknownIds(buffer, task.parts);
    if (unknownSchemaIds.length > 0) return nothingDone(unknownSchemaIds);
    const batch = new Batch(this.batches, this.settings, this.outputs, this.payload);
    for (const part of task.parts) batch.process(this.owned(part.partition), part, buffer);
    return { ...batch.finish(), spent: task.frames.bytes };
  }

  private republish({ run, partitions, limit }: RepublishTask): RepublishResult {
    const owned = partitions.map((number) => this.owned(number));
    return republish(owned, run, limit, this.settings, this.outputs);
  }

  private configure(changed: ChangedSettings): { slot: number } {
    this.settings = { ...this.settings, ...changed };
    this.outputs = new Outputs(this.settings, this.pool);
    return { slot: this.settings.slot };
  }

  /** Writes what a committed batch stands for: its own images, never the live ones, which are ahead of it. */
  private persist(marks: readonly PartitionMark[], images: FrameBatch): { images: number } {
    const ranges = imageRanges(images);
    for (const { partition, ...mark } of marks) {
      const range = ranges.get(partition);
      ranges.delete(partition);
      this.owned(partition).store.write(range && sliced(images, range), mark);
    }
    assert(ranges.size === 0, 'every image of a batch belongs to one of its partitions');
    this.pool.give(images.bytes);
    return { images: images.count };
  }

  private reload(numbers: readonly number[]): SlotAnswer['reload'] {
    return numbers.map((number) => {
      const partition = this.owned(number);
      partition.reload();
      return { partition: number, positions: partition.store.mark?.positions };
    });
  }

  private async close(numbers: readonly number[]): Promise<{ partitions: number }> {
    for (const number of numbers) {
      await this.owned(number).store.close();
      this.partitions.delete(number);
    }
    return { partitions: numbers.length };
  }

  private owned(number: number): Partition {
    const partition = this.partitions.get(number);
    if (partition === undefined) throw internal(`slot ${this.settings.slot} does not own partition ${number}`);
    return partition;
  }
}

const nothingDone = (unknownSchemaIds: readonly number[]): ProcessResult => ({
  results: emptyFrameBatch(),
  statuses: emptyFrameBatch(),
  images: emptyFrameBatch(),
  deadLetters: emptyFrameBatch(),
  counts: noCounts(),
  replacements: [],
  misrouted: undefined,
  timestampsMs: undefined,
  unknownSchemaIds,
});

type ImageRange = { readonly start: number; end: number; count: number };

/** Where the images of each partition lie. */
function imageRanges(images: FrameBatch): Map<number, ImageRange> {
  const ranges = new Map<number, ImageRange>();
  const frame = framesOf(images);
  let partition = -1;
  let range: ImageRange = { start: 0, end: 0, count: 0 };
  while (frame.advance()) {
    if (frame.partition !== partition) {
      ({ partition } = frame);
      assert(!ranges.has(partition), "a batch's images lie together, partition by partition");
      range = { start: frame.frameStart, end: frame.frameStart, count: 0 };
      ranges.set(partition, range);
    }
    range.end = frame.frameEnd;
    range.count += 1;
  }
  return ranges;
}

const sliced = (batch: FrameBatch, { start, end, count }: ImageRange): FrameBatch => ({
  bytes: batch.bytes.slice(start, end),
  sizeBytes: end - start,
  count,
});
