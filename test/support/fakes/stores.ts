import { assert } from '../../../src/errors.js';
import { type FrameBatch, type FrameCursor, framesOf } from '../../../src/frames.js';
import type { StoreMark } from '../../../src/slots/tasks.js';
import type { ImageVisitor, IsNewer, OpenedStore, PartitionStore, Stores } from '../../../workers/store.js';

/** What a partition's store holds; it outlives the process that writes it. */
export class StoredPartition {
  readonly images = new Map<string, Buffer>();
  mark: StoreMark | undefined;
  isOpen = false;
  /** Set to have it found damaged at the next opening. */
  damage: string | undefined;
}

/** Stores in memory. */
export class MemoryStores implements Stores {
  private readonly partitions = new Map<number, StoredPartition>();
  private writeError: Error | undefined;

  of(partition: number): StoredPartition {
    const stored = this.partitions.get(partition) ?? new StoredPartition();
    this.partitions.set(partition, stored);
    return stored;
  }

  async open(partition: number, visit: ImageVisitor): Promise<OpenedStore> {
    const { damage } = this.of(partition);
    if (damage !== undefined) this.partitions.delete(partition);
    const store = new MemoryStore(this.of(partition), () => this.writeError);
    store.visitImages(visit);
    return { store, discarded: damage === undefined ? undefined : { reason: damage, setAside: `${partition}.aside` } };
  }

  /** From now on each write fails with this; undefined ends it. */
  failWrites(error: Error | undefined): void {
    this.writeError = error;
  }

  /** The process that had them open ended. */
  crash(): void {
    for (const stored of this.partitions.values()) stored.isOpen = false;
  }
}

class MemoryStore implements PartitionStore {
  constructor(
    private readonly stored: StoredPartition,
    private readonly writeError: () => Error | undefined,
  ) {
    assert(!stored.isOpen, 'a store is opened once');
    stored.isOpen = true;
  }

  get mark(): StoreMark | undefined {
    return this.stored.mark;
  }

  visitImages(visit: ImageVisitor): void {
    for (const [key, image] of this.stored.images) visit(key, Buffer.from(image));
  }

  write(images: FrameBatch | undefined, mark: StoreMark | undefined): void {
    assert(this.stored.isOpen, 'a store that was closed is not written');
    const error = this.writeError();
    if (error !== undefined) throw error;
    const frame = images === undefined ? undefined : framesOf(images);
    while (frame?.advance()) {
      const key = String(frame.key());
      const image = frame.value();
      if (image === null) this.stored.images.delete(key);
      else this.stored.images.set(key, Buffer.from(image));
    }
    if (mark !== undefined) this.stored.mark = mark;
  }

  writeNewer(images: FrameCursor, mark: StoreMark, isNewer: IsNewer): number {
    assert(this.stored.isOpen, 'a store that was closed is not written');
    const error = this.writeError();
    if (error !== undefined) throw error;
    let written = 0;
    while (images.advance()) if (this.putNewer(images, isNewer)) written += 1;
    this.stored.mark = mark;
    return written;
  }

  private putNewer(frame: FrameCursor, isNewer: IsNewer): boolean {
    const key = String(frame.key());
    const image = frame.value();
    if (image === null) return this.stored.images.delete(key);
    const held = this.stored.images.get(key);
    if (held !== undefined && !isNewer(image, held)) return false;
    this.stored.images.set(key, Buffer.from(image));
    return true;
  }

  async close(): Promise<void> {
    this.stored.isOpen = false;
  }
}
