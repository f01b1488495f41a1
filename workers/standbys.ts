import { assert, messageOf } from '../src/errors.js';
import { FrameCursor } from '../src/frames.js';
import { aheadOf } from '../src/pipeline/positions.js';
import type { FollowedImages, FollowedPart, FollowTask, StandbyOpened } from '../src/slots/tasks.js';
import { imagePositions } from './image.js';
import { Partition, readChange } from './partition.js';
import { Section } from './section.js';
import type { PartitionStore, Stores } from './store.js';

/**
 * The stores of partitions that the slot does not own and that follow the changelog: LMDB alone, no seat maps. Whatever
 * goes wrong with one is told as its problem and closes its store; it is no failure of the slot, which has owners' work.
 */
export class Standbys {
  private readonly followed = new Map<number, PartitionStore>();

  constructor(private readonly stores: Stores) {}

  /** Opens a partition's store to stand by; one that is open stays as it is. */
  async open(number: number): Promise<StandbyOpened> {
    const startedMs = performance.now();
    const open = this.followed.get(number);
    if (open !== undefined) return { mark: open.mark, discarded: undefined, problem: undefined, tookMs: 0 };
    try {
      // Every image is looked at: what is damaged is better set aside today than at a takeover.
      const { store, discarded } = await this.stores.open(number, (key, image) => void Section.fromImage(key, image));
      this.followed.set(number, store);
      return { mark: store.mark, discarded, problem: undefined, tookMs: performance.now() - startedMs };
    } catch (error) {
      const tookMs = performance.now() - startedMs;
      return { mark: undefined, discarded: undefined, problem: messageOf(error), tookMs };
    }
  }

  async follow({ parts, frames, clusterId }: FollowTask): Promise<FollowedImages> {
    const startedMs = performance.now();
    const buffer = Buffer.from(frames.bytes);
    const problems: { partition: number; problem: string }[] = [];
    let applied = 0;
    for (const part of parts) {
      try {
        applied += this.apply(part, buffer, clusterId);
      } catch (error) {
        problems.push({ partition: part.partition, problem: messageOf(error) });
        await this.close([part.partition]);
      }
    }
    return { applied, problems, tookMs: performance.now() - startedMs };
  }

  /** Closes the stores of those of the partitions that stand by. */
  async close(numbers: readonly number[]): Promise<{ partitions: number }> {
    let partitions = 0;
    for (const number of numbers) {
      const store = this.followed.get(number);
      if (store === undefined) continue;
      this.followed.delete(number);
      partitions += 1;
      // Without the mark of a clean stop, the next opening looks at it more closely.
      await store.close().catch(() => undefined);
    }
    return { partitions };
  }

  /**
   * Hands the open store of a partition to the owner that the slot becomes, so that nothing is synced, closed and opened
   * during a takeover. Undefined when there is none, or when it is damaged: then it is opened in the ordinary way.
   */
  async promote(number: number): Promise<ReturnType<typeof Partition.adopt> | undefined> {
    const store = this.followed.get(number);
    if (store === undefined) return undefined;
    try {
      const adopted = Partition.adopt(number, store);
      this.followed.delete(number);
      return adopted;
    } catch {
      await this.close([number]);
      return undefined;
    }
  }

  private apply({ partition, start, end, changelogPosition }: FollowedPart, buffer: Buffer, clusterId: string): number {
    const store = this.followed.get(partition);
    assert(store !== undefined, `partition ${partition} stands by`);
    const { mark } = store;
    assert(changelogPosition >= (mark?.changelogPosition ?? 0), 'a standby goes forward in the changelog');
    // A damaged image ends it here: it stays ahead of the position, where whoever takes over comes upon it as well.
    const { hasTombstone } = checkImages(new FrameCursor(buffer, start, end));
    // What a tombstone removes may come again further on; until then the store is not whole at the offsets it stood for.
    const positions = hasTombstone ? undefined : mark?.positions;
    const images = new FrameCursor(buffer, start, end);
    return store.writeNewer(images, { positions, changelogPosition, clusterId }, isNewer);
  }
}

const isNewer = (image: Buffer, held: Buffer): boolean => aheadOf(imagePositions(image), imagePositions(held));

/** @throws FatalError for a damaged image */
function checkImages(frame: FrameCursor): { readonly hasTombstone: boolean } {
  let hasTombstone = false;
  while (frame.advance()) if (readChange(frame).section === undefined) hasTombstone = true;
  return { hasTombstone };
}
