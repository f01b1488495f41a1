import { join } from 'node:path';
import { assert, isDiskFull, messageOf, needsPerson, temporary } from '../src/errors.js';
import type { FrameBatch, FrameCursor } from '../src/frames.js';
import type { StoreMark } from '../src/slots/tasks.js';
import { DamagedStoreError } from './lmdb-format.js';
import { type LmdbOptions, LmdbStore } from './lmdb-store.js';
import type { ImageVisitor, IsNewer, OpenedStore, PartitionStore, Stores } from './store.js';
import { StoreDirectory } from './store-directory.js';

export type LmdbStoresOptions = LmdbOptions & { readonly directory: string; readonly bootId: string };

/** One LMDB environment a partition, `<directory>/<partition>/`. */
export class LmdbStores implements Stores {
  constructor(private readonly options: LmdbStoresOptions) {}

  async open(partition: number, visit: ImageVisitor): Promise<OpenedStore> {
    assert(Number.isInteger(partition) && partition >= 0, 'a partition is a number');
    const { bootId, durability } = this.options;
    const directory = new StoreDirectory(join(this.options.directory, String(partition)), { bootId, durability });
    try {
      const distrust = directory.distrust();
      const opened = distrust === undefined ? this.openTrusted(directory, visit) : distrust;
      if (typeof opened !== 'string') return { store: opened, discarded: directory.untold };
      const discarded = directory.setAside(opened);
      return { store: this.openDirectory(directory, visit), discarded };
    } catch (error) {
      throw unusable(directory.path, error);
    }
  }

  /** The store, or what is wrong with it. */
  private openTrusted(directory: StoreDirectory, visit: ImageVisitor): PartitionStore | string {
    try {
      return this.openDirectory(directory, visit);
    } catch (error) {
      if (error instanceof DamagedStoreError) return error.message;
      throw error;
    }
  }

  private openDirectory(directory: StoreDirectory, visit: ImageVisitor): PartitionStore {
    directory.beginOpening();
    const store = LmdbStore.open(directory.path, this.options, visit);
    directory.endOpening();
    return new StoreInDirectory(store, directory);
  }
}

function unusable(path: string, error: unknown): Error {
  const what = `the store ${path} can't be opened (${messageOf(error)})`;
  if (isDiskFull(error)) return temporary(`${what}; nothing is lost, make room on the disk`, error);
  return needsPerson(`${what}; check its permissions and the disk`, error);
}

/**
 * A store that leaves the mark of a clean stop behind when it is closed. Who has it written knows what its opening said, and has told
 * of it: so with the first write the reason of what was set aside before is told. Before it, for a store with images is believed.
 */
class StoreInDirectory implements PartitionStore {
  private isTold = false;

  constructor(
    private readonly store: LmdbStore,
    private readonly directory: StoreDirectory,
  ) {}

  get mark(): StoreMark | undefined {
    return this.store.mark;
  }
  visitImages(visit: ImageVisitor): void {
    this.store.visitImages(visit);
  }
  write(images: FrameBatch | undefined, mark: StoreMark | undefined): void {
    this.tell();
    this.store.write(images, mark);
  }
  writeNewer(images: FrameCursor, mark: StoreMark, isNewer: IsNewer): number {
    this.tell();
    return this.store.writeNewer(images, mark, isNewer);
  }
  async close(): Promise<void> {
    await this.store.close();
    this.directory.markClean();
  }

  private tell(): void {
    if (this.isTold) return;
    this.directory.told();
    this.isTold = true;
  }
}
