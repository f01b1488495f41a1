import type { TopicNames } from '../config/schema.js';
import { assert, ExitCode, FatalError } from '../errors.js';
import type { FrameBatch } from '../frames.js';
import { FrameCursor, FrameWriter } from '../frames.js';
import type { Changelog } from '../kafka/changelog.js';
import type { Input } from '../kafka/input.js';
import type { Watermarks } from '../kafka/watermarks.js';
import type { Log } from '../log.js';
import { aheadOf, type Positions } from '../pipeline/positions.js';
import { onEachSlot, type Slots } from '../slots/slots.js';
import type { OpenedPartition, RestoredPartition, StoreMark } from '../slots/tasks.js';
import { planRestore, type RestorePlan, resumeFromImages } from './plan.js';

/** A partition that is ready to be processed. */
export type ReadyPartition = {
  readonly partition: number;
  readonly start: Positions;
  /** A lower bound for what the store may follow the changelog from. */
  readonly changelogPosition: number;
};

export type RestorerOptions = {
  readonly application: string;
  readonly guarantee: 'exactly_once' | 'at_least_once';
  readonly topics: TopicNames;
  readonly clusterId: string;
  readonly resumeFrom: 'images' | undefined;
  readonly input: Input;
  readonly watermarks: Watermarks;
  readonly changelog: Changelog;
  readonly slots: Slots;
  readonly log: Log;
  readonly onImagesRead: (count: number) => void;
};

/** Brings partitions to the state that the committed offsets stand for: from the store, or from the changelog. */
export class Restorer {
  constructor(private readonly options: RestorerOptions) {}

  /**
   * Opens and restores partitions; the slots own them afterwards, even when it was cancelled or fails.
   *
   * @returns the partitions and where their inputs are taken up, or undefined when it was cancelled
   * @throws FatalError when a person has to decide, or an invariant is broken
   */
  async restore(
    partitions: readonly number[],
    isCancelled: () => boolean,
  ): Promise<readonly ReadyPartition[] | undefined> {
    if (partitions.length === 0) return [];
    const opened = await this.open(partitions);
    const committed = await this.options.input.committed(partitions, isCancelled);
    if (isCancelled()) return undefined;
    // The high watermarks are taken after the committed offsets are known: their images lie below them.
    const plans = await Promise.all(
      opened.map(async ({ partition, mark }) => {
        const ranges = await this.ranges(partition);
        const { application, guarantee, topics, clusterId } = this.options;
        const facts = { application, partition, guarantee, committed: committed.get(partition) ?? {}, store: mark };
        const plan = planRestore({ ...facts, clusterId, ranges, topics });
        return { plan, changelogHigh: ranges.changelog.high };
      }),
    );
    const read = await this.followChangelog(
      plans.map(({ plan }) => plan),
      isCancelled,
    );
    if (isCancelled()) return undefined;
    const ready = await Promise.all(
      plans.map(({ plan, changelogHigh }) => this.finish(plan, changelogHigh, read, opened)),
    );
    await this.commitStarts(ready.filter((_, at) => plans[at]?.plan.hasNoOffsets));
    return ready;
  }

  /**
   * Under at_least_once images are delivered before the first offsets are committed. So that a crash in between doesn't
   * leave images alone, which only a person could place, the offsets that they begin at are committed first.
   */
  private async commitStarts(ready: readonly ReadyPartition[]): Promise<void> {
    const { guarantee, input } = this.options;
    if (guarantee === 'exactly_once' || ready.length === 0) return;
    input.commit(new Map(ready.map(({ partition, start }) => [partition, start])));
    await input.commitsAnswered();
  }

  private async open(partitions: readonly number[]): Promise<OpenedPartition[]> {
    const { slots, log } = this.options;
    const opened = await onEachSlot(slots, partitions, (slot, owned) =>
      slots.run(slot, { kind: 'open', partitions: owned }),
    );
    for (const { partition, discarded } of opened.flat()) {
      if (discarded !== undefined) {
        log.warn('storeSetAside', { partition, ...discarded }, 'the store is not used and restored from the changelog');
      }
    }
    return opened.flat();
  }

  private async ranges(partition: number): Promise<Parameters<typeof planRestore>[0]['ranges']> {
    const { watermarks, topics } = this.options;
    const [init, requests, changelog] = await Promise.all([
      watermarks.range(topics.init, partition),
      watermarks.range(topics.requests, partition),
      watermarks.range(topics.changelog, partition),
    ]);
    return { init, requests, changelog };
  }

  private async followChangelog(
    plans: readonly RestorePlan[],
    isCancelled: () => boolean,
  ): Promise<ReadonlyMap<number, number>> {
    const { changelog, slots, log } = this.options;
    const stretches = plans.flatMap(({ partition, changelog: stretch }) =>
      stretch === undefined ? [] : [{ partition, ...stretch }],
    );
    const read = new Map<number, number>();
    if (stretches.length === 0) return read;
    log.info('restoring', { partitions: stretches.length }, 'following the changelog');
    const onFrames = async (frames: FrameBatch): Promise<void> => {
      this.options.onImagesRead(frames.count);
      const bySlot = splitBySlot(frames, slots, read);
      await Promise.all([...bySlot].map(([slot, batch]) => slots.run(slot, { kind: 'restore', frames: batch })));
    };
    await changelog.read(stretches, onFrames, isCancelled);
    return read;
  }

  private async finish(
    plan: RestorePlan,
    changelogHigh: number,
    read: ReadonlyMap<number, number>,
    opened: readonly OpenedPartition[],
  ): Promise<ReadyPartition> {
    const { slots, log, clusterId } = this.options;
    const { partition } = plan;
    const stored = opened.find((one) => one.partition === partition)?.mark;
    const slot = slots.slotOf(partition);
    const isUntouched = plan.source !== 'changelog';
    const found = await slots.run(slot, { kind: 'restored', partition, mark: undefined });
    const start = this.startOf(plan, found, stored);
    const changelogPosition = isUntouched && stored !== undefined ? stored.changelogPosition : changelogHigh;
    const mark: StoreMark = { positions: start, changelogPosition, clusterId };
    // Offsets come last. Where nothing was ever committed there are none to write: the first batch writes them.
    const isPlaced = !plan.hasNoOffsets || found.newestImage !== undefined;
    if (!isUntouched && isPlaced) await slots.run(slot, { kind: 'restored', partition, mark });
    if (plan.offsetsExpired)
      log.warn(
        'offsetsExpired',
        { partition },
        "the group has no committed offset for this partition; the store's are used",
      );
    const fields = { partition, source: plan.source, sections: found.sections, imagesRead: read.get(partition) ?? 0 };
    log.info('restored', { ...fields, positions: start });
    return { partition, start, changelogPosition };
  }

  private startOf(plan: RestorePlan, { newestImage }: RestoredPartition, store: StoreMark | undefined): Positions {
    const { application, topics, resumeFrom, guarantee } = this.options;
    const { partition } = plan;
    if (newestImage === undefined) return plan.start;
    if (plan.hasNoOffsets || (plan.offsetsExpired && aheadOf(newestImage, plan.start)))
      return resumeFromImages({ application, partition, changelog: topics.changelog, resumeFrom, store }, newestImage);
    if (guarantee === 'exactly_once' && aheadOf(newestImage, plan.start))
      throw new FatalError(
        ExitCode.internal,
        `broken invariant: an image of partition ${partition} (init ${newestImage.init}, requests ${newestImage.requests}) is ahead of the committed offsets (init ${plan.start.init}, requests ${plan.start.requests}): the offsets of group ${application} were set back, and going on would answer requests twice. Set them forward again`,
      );
    return plan.start;
  }
}

/** Splits images by the slot of their partition, and counts them by partition. */
function splitBySlot(frames: FrameBatch, slots: Slots, read: Map<number, number>): ReadonlyMap<number, FrameBatch> {
  const buffer = Buffer.from(frames.bytes);
  const frame = new FrameCursor(buffer, 0, frames.sizeBytes);
  const writers = new Map<number, FrameWriter>();
  while (frame.advance()) {
    const slot = slots.slotOf(frame.partition);
    const writer = writers.get(slot) ?? new FrameWriter();
    writers.set(slot, writer);
    writer.copy(buffer, frame.frameStart, frame.frameEnd, 1);
    read.set(frame.partition, (read.get(frame.partition) ?? 0) + 1);
  }
  const batches = new Map([...writers].map(([slot, writer]) => [slot, writer.take()]));
  assert([...batches.values()].reduce((sum, batch) => sum + batch.count, 0) === frames.count, 'no image is lost');
  return batches;
}
