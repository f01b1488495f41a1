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
    const distrust = directory.distrust();
    if (distrust !== undefined) return this.openAnew(directory, distrust, visit);
    try {
      return { store: this.openDirectory(directory, visit), discarded: undefined };
    } catch (error) {
      if (!(error instanceof DamagedStoreError)) throw unusable(directory.path, error);
      return this.openAnew(directory, error.message, visit);
    }
  }

  private openAnew(directory: StoreDirectory, reason: string, visit: ImageVisitor): OpenedStore {
    const setAside = directory.setAside();
    return { store: this.openDirectory(directory, visit), discarded: { reason, setAside } };
  }

  private openDirectory(directory: StoreDirectory, visit: ImageVisitor): PartitionStore {
    directory.beginOpening();
    const store = LmdbStore.open(directory.path, this.options, visit);
    directory.endOpening();
    return new CleanlyClosedStore(store, directory);
  }
}

function unusable(path: string, error: unknown): Error {
  const what = `the store ${path} can't be opened (${messageOf(error)})`;
  if (isDiskFull(error)) return temporary(`${what}; nothing is lost, make room on the disk`, error);
  return needsPerson(`${what}; check its permissions and the disk`, error);
}

/** A store that leaves the mark of a clean stop behind when it is closed. */
class CleanlyClosedStore implements PartitionStore {
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
    this.store.write(images, mark);
  }
  writeNewer(images: FrameCursor, mark: StoreMark, isNewer: IsNewer): number {
    return this.store.writeNewer(images, mark, isNewer);
  }
  async close(): Promise<void> {
    await this.store.close();
    this.directory.markClean();
  }
}
