import { messageOf, needsPerson } from '../src/errors.js';
import { type FrameCursor, FrameWriter } from '../src/frames.js';
import { aheadOf, type Positions } from '../src/pipeline/positions.js';
import type { OpenedPartition } from '../src/slots/tasks.js';
import { viewOf } from './bytes.js';
import { encodeImage } from './image.js';
import { Section } from './section.js';
import { SectionIndex } from './section-index.js';
import { SectionKey } from './section-key.js';
import type { PartitionStore, Stores } from './store.js';

/** One partition in its slot: its store, and every section of it, live. */
export class Partition {
  /** Complete: one that is not here is an unknown section. Limited by limits.sectionsPerPartition. */
  readonly sections = new SectionIndex();

  private constructor(
    readonly number: number,
    readonly store: PartitionStore,
  ) {}

  static async open(number: number, stores: Stores): Promise<{ partition: Partition; opened: OpenedPartition }> {
    const found: Section[] = [];
    const visit = (key: string, image: Buffer): void => {
      found.push(Section.fromImage(key, image));
    };
    const { store, discarded } = await stores.open(number, visit);
    const partition = new Partition(number, store);
    // What was found in a store that turned out to be damaged is not believed.
    if (discarded === undefined) for (const section of found) partition.sections.set(section);
    const opened = { partition: number, mark: store.mark, sections: partition.sections.size, discarded };
    return { partition, opened };
  }

  /** The partition of a store that is open already. @throws when an image in it is damaged */
  static adopt(number: number, store: PartitionStore): { partition: Partition; opened: OpenedPartition } {
    const partition = new Partition(number, store);
    partition.reload();
    const opened = { partition: number, mark: store.mark, sections: partition.sections.size, discarded: undefined };
    return { partition, opened };
  }

  /** Forgets every live seat map and reads the store again: what was computed after its last write never happened. */
  reload(): void {
    this.sections.clear();
    this.store.visitImages((key, image) => {
      this.sections.set(Section.fromImage(key, image));
    });
  }

  /** Applies an image (or a tombstone) of the changelog to the live sections; false when it is not newer. */
  restore(frame: FrameCursor): boolean {
    const { key, section } = readChange(frame);
    if (section === undefined) {
      const gone = SectionKey.parse(key);
      return gone !== undefined && this.sections.delete(gone);
    }
    const held = this.sections.get(section.identity);
    if (held !== undefined && !aheadOf(section.positions, held.positions)) return false;
    this.sections.set(section);
    return true;
  }

  /** Writes the live sections of these keys, as they stand, to the store; a key without a section is removed there. */
  writeLive(keys: ReadonlySet<string>): void {
    const images = new FrameWriter();
    const meta = { partition: this.number, topic: 0, offset: 0, timestampMs: 0 };
    for (const key of keys) {
      const identity = SectionKey.parse(key);
      const section = identity && this.sections.get(identity);
      if (section === undefined) images.append(meta, null, Buffer.from(key));
      else {
        const image = Buffer.alloc(section.imageSizeBytes);
        const { checksum } = section.identity;
        encodeImage(viewOf(image), 0, checksum, section.map, section.positions, section.lastTimestampMs);
        images.append(meta, image, Buffer.from(key));
      }
    }
    this.store.write(images.take(), undefined);
  }

  /** The furthest positions that any image carries. */
  newestImage(): Positions | undefined {
    let newest: Positions | undefined;
    for (const { positions } of this.sections.values()) {
      newest = {
        init: Math.max(newest?.init ?? 0, positions.init),
        requests: Math.max(newest?.requests ?? 0, positions.requests),
      };
    }
    return newest;
  }
}

/**
 * What a record of the changelog says of a section: how it is, or, by a tombstone, that it is no more.
 *
 * @throws FatalError (78) when it is damaged
 */
export function readChange(frame: FrameCursor): { readonly key: string; readonly section: Section | undefined } {
  const key = frame.key()?.toString();
  const image = frame.value();
  if (key === undefined) throw damaged(frame, 'it has no key');
  if (image === null) return { key, section: undefined };
  try {
    return { key, section: Section.fromImage(key, image) };
  } catch (error) {
    throw damaged(frame, messageOf(error));
  }
}

const damaged = (frame: FrameCursor, reason: string): Error =>
  needsPerson(
    `the changelog's partition ${frame.partition} has a damaged image at offset ${frame.offset} (${reason}); a newer image of the same section or a tombstone has to be produced before it can be restored`,
  );
