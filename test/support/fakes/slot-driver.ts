import { type Positions, withPosition } from '../../../src/pipeline/positions.js';
import type { SlotSettings } from '../../../src/slots/settings.js';
import type { BatchPart, ProcessResult, SlotAnswer, SlotTask, SlotTaskKind } from '../../../src/slots/tasks.js';
import { Slot } from '../../../workers/slot.js';
import type { Stores } from '../../../workers/store.js';
import { cloneFrames, framesFrom, type InputRecord } from './records.js';
import { MemoryStores } from './stores.js';

type TaskOf<Kind extends SlotTaskKind> = Extract<SlotTask, { kind: Kind }>;

/** A batch's result, and where the batch ends. */
export type Processed = ProcessResult & { readonly ends: ReadonlyMap<number, Positions> };

/** Gives a slot its tasks, numbered as the main thread would. */
export class SlotDriver {
  /** The next offsets, by partition; to be set where a restart or an abort goes back. */
  readonly positions = new Map<number, Positions>();
  readonly slot: Slot;
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

  open(...partitions: number[]): Promise<SlotAnswer['open']> {
    return this.run({ kind: 'open', partitions });
  }

  /** Has records processed as one batch. */
  async process(...records: readonly InputRecord[]): Promise<Processed> {
    const parts: BatchPart[] = [];
    const sorted: InputRecord[] = [];
    for (const partition of new Set(records.map((record) => record.partition))) {
      const own = records.filter((record) => record.partition === partition);
      const start = framesFrom(sorted).sizeBytes;
      sorted.push(...own);
      const positions = this.positionsAfter(partition, own);
      this.positions.set(partition, positions);
      parts.push({ partition, start, end: framesFrom(sorted).sizeBytes, positions });
    }
    const result = await this.run({ kind: 'process', frames: framesFrom(sorted), parts });
    return { ...result, ends: new Map(parts.map(({ partition, positions }) => [partition, positions])) };
  }

  /** Writes a batch's images and its ends. */
  persist({ images, ends }: Processed): Promise<SlotAnswer['persist']> {
    const marks = [...ends].map(([partition, positions]) => ({
      ...{ partition, positions },
      ...{ changelogPosition: 0, clusterId: 'a cluster' },
    }));
    return this.run({ kind: 'persist', marks, images: cloneFrames(images) });
  }

  private positionsAfter(partition: number, records: readonly InputRecord[]): Positions {
    let positions = this.positions.get(partition) ?? { init: 0, requests: 0 };
    for (const { topic, offset } of records) positions = withPosition(positions, topic, offset + 1);
    return positions;
  }
}

/** A slot with partition 0 open, and nothing in it. */
export async function openedSlot(settings: SlotSettings): Promise<SlotDriver> {
  const driver = new SlotDriver(settings, new MemoryStores());
  await driver.open(0);
  return driver;
}

/** One batch of partition 0 in a slot of its own. */
export const processOnce = async (settings: SlotSettings, ...records: InputRecord[]): Promise<Processed> =>
  (await openedSlot(settings)).process(...records);
