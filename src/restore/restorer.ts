import type { TopicNames } from '../config/schema.js';
import { ExitCode, FatalError } from '../errors.js';
import type { FrameBatch } from '../frames.js';
import { FrameWriter } from '../frames.js';
import type { Changelog } from '../kafka/changelog.js';
import type { CommittedOffsets, Input } from '../kafka/input.js';
import type { Watermarks } from '../kafka/watermarks.js';
import type { Log } from '../log.js';
import type { Run } from '../pipeline/merge.js';
import { aheadOf, type Positions } from '../pipeline/positions.js';
import { onEachSlot, type Slots } from '../slots/slots.js';
import type { DiscardedStore, OpenedPartition, RestoredPartition, StoreMark } from '../slots/tasks.js';
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

/** What a restore begins with. */
type Beginning = Pick<Found, 'opened' | 'offsetsMs'> & { readonly committed: ReadonlyMap<number, CommittedOffsets> };

/** What a restore found out on its way. */
type Found = {
  readonly changelogHigh: number;
  readonly read: ReadonlyMap<number, number>;
  readonly opened: readonly OpenedPartition[];
  /** How long it took until the committed offsets were known. */
  readonly offsetsMs: number;
};

/** Brings partitions to the state that the committed offsets stand for: from the store, or from the changelog. */
export class Restorer {
  constructor(private readonly options: RestorerOptions) {}

  /**
   * Opens and restores partitions; the slots own them afterwards, even when it was cancelled, in vain, or fails.
   *
   * @returns the partitions and where their inputs are taken up, or undefined when it was cancelled, or in vain: the
   * group has given some of them to another instance meanwhile, and is about to say so
   * @throws FatalError when a person has to decide, or an invariant is broken
   */
  async restore(
    partitions: readonly number[],
    isCancelled: () => boolean,
  ): Promise<readonly ReadyPartition[] | undefined> {
    if (partitions.length === 0) return [];
    const opened = await this.open(partitions);
    const askedMs = performance.now();
    const committed = await this.options.input.committed(partitions, isCancelled);
    if (isCancelled()) return undefined;
    const offsetsMs = Math.round(performance.now() - askedMs);
    try {
      const ready = await this.restoreFrom({ opened, committed, offsetsMs }, isCancelled);
      if (ready === undefined || !(await this.areStartsCommitted(ready, committed, isCancelled))) return undefined;
      return ready;
    } catch (error) {
      // Cancelled, it may not have been told what the offsets are, and what contradicts them is of no matter any more.
      if ((await this.isOvertaken(committed, isCancelled)) || isCancelled()) return undefined;
      throw error;
    }
  }

  private async restoreFrom(
    { opened, committed, offsetsMs }: Beginning,
    isCancelled: () => boolean,
  ): Promise<readonly ReadyPartition[] | undefined> {
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
    return Promise.all(
      plans.map(({ plan, changelogHigh }) => this.finish(plan, { changelogHigh, read, opened, offsetsMs })),
    );
  }

  /**
   * Under at_least_once images are delivered before their offsets are committed. So that a crash in between doesn't
   * leave images alone, which only a person could place, the offsets that they begin at are committed first. A refusal
   * is not told, so they are read again.
   */
  private async areStartsCommitted(
    ready: readonly ReadyPartition[],
    committed: ReadonlyMap<number, CommittedOffsets>,
    isCancelled: () => boolean,
  ): Promise<boolean> {
    const { guarantee, input } = this.options;
    const late = ready.filter(({ partition, start }) => !isAt(committed.get(partition), start));
    if (guarantee === 'exactly_once' || late.length === 0) return true;
    input.commit(new Map(late.map(({ partition, start }) => [partition, start])));
    await input.commitsAnswered();
    const partitions = late.map(({ partition }) => partition);
    const known = await input.committed(partitions, isCancelled);
    return late.every(({ partition, start }) => isAt(known.get(partition), start));
  }

  /**
   * Whether the offsets have moved since: what contradicts them is another instance's work then. A process that stood
   * still for longer than its session takes itself for the owner until it hears otherwise.
   */
  private async isOvertaken(
    committed: ReadonlyMap<number, CommittedOffsets>,
    isCancelled: () => boolean,
  ): Promise<boolean> {
    const known = await this.options.input.committed([...committed.keys()], isCancelled);
    return [...known].some(([partition, { init, requests }]) => {
      const before = committed.get(partition);
      return before?.init !== init || before?.requests !== requests;
    });
  }

  private async open(partitions: readonly number[]): Promise<OpenedPartition[]> {
    const opened = await onEachSlot(this.options.slots, partitions, (slot, owned) => this.openOneByOne(slot, owned));
    return opened.flat();
  }

  /**
   * So that a slot goes on with the batches of other partitions in between: an open reads the whole store. What was set
   * aside is told at once, for LMDB may crash on the next one.
   */
  private async openOneByOne(slot: number, partitions: readonly number[]): Promise<OpenedPartition[]> {
    const { slots, log } = this.options;
    const all: OpenedPartition[] = [];
    for (const partition of partitions) {
      const opened = await slots.run(slot, { kind: 'open', partitions: [partition] });
      for (const { discarded } of opened) tellSetAside(log, partition, discarded);
      all.push(...opened);
    }
    return all;
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
    const onRuns = async (runs: readonly Run[]): Promise<void> => {
      this.options.onImagesRead(runs.reduce((sum, { count }) => sum + count, 0));
      const bySlot = splitBySlot(runs, slots, read);
      await Promise.all([...bySlot].map(([slot, batch]) => slots.run(slot, { kind: 'restore', frames: batch })));
    };
    await changelog.read(stretches, onRuns, isCancelled);
    return read;
  }

  private async finish(plan: RestorePlan, { changelogHigh, read, opened, offsetsMs }: Found): Promise<ReadyPartition> {
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
    const { sections } = found;
    const imagesRead = read.get(partition) ?? 0;
    log.info('restored', { partition, source: plan.source, sections, imagesRead, offsetsMs, positions: start });
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

/** Tells of an earlier store that was not used, if there was one. */
export function tellSetAside(log: Log, partition: number, discarded: DiscardedStore | undefined): void {
  if (discarded === undefined) return;
  log.warn('storeSetAside', { partition, ...discarded }, 'the store is not used and restored from the changelog');
}

const isAt = (committed: CommittedOffsets | undefined, start: Positions): boolean =>
  committed?.init === start.init && committed.requests === start.requests;

/** Splits images by the slot of their partition, and counts them by partition. */
function splitBySlot(runs: readonly Run[], slots: Slots, read: Map<number, number>): ReadonlyMap<number, FrameBatch> {
  const writers = new Map<number, FrameWriter>();
  for (const { partition, buffer, start, end, count } of runs) {
    const slot = slots.slotOf(partition);
    const writer = writers.get(slot) ?? new FrameWriter();
    writers.set(slot, writer);
    writer.copy(buffer, start, end, count);
    read.set(partition, (read.get(partition) ?? 0) + count);
  }
  return new Map([...writers].map(([slot, writer]) => [slot, writer.take()]));
}
