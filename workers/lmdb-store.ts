import { closeSync, fsyncSync, openSync } from 'node:fs';
import { type Database, open, type RootDatabase } from 'lmdb';
import { assert, isDiskFull, messageOf, temporary } from '../src/errors.js';
import { type FrameBatch, type FrameCursor, framesOf } from '../src/frames.js';
import type { StoreMark } from '../src/slots/tasks.js';
import {
  assertWhole,
  binary,
  DamagedStoreError,
  damageCodes,
  databaseNames,
  dataFileOf,
  decodeMark,
  encodeMark,
  makeWhole,
  markKey,
  maxReaders,
} from './lmdb-format.js';
import type { ImageVisitor, IsNewer, PartitionStore } from './store.js';
import { lmdbPageBytes } from './store-directory.js';

/** How often the slots of readers that were killed are cleared: a slot keeps every page that its transaction could see. */
const transactionsPerReaderCheck = 200;

export type LmdbOptions = { readonly mapSizeBytes: number; readonly durability: 'process' | 'power' };

/**
 * One LMDB environment with two databases: `images` (key → section image) and `meta` (the mark). `process` durability
 * is LMDB's MDB_NOSYNC: it survives kill -9, not the end of the machine; `power` syncs every transaction.
 */
export class LmdbStore implements PartitionStore {
  mark: StoreMark | undefined;
  private transactions = 0;

  private constructor(
    private readonly directory: string,
    private readonly environment: RootDatabase<Buffer, Buffer>,
    private readonly images: Database<Buffer, Buffer>,
    private readonly meta: Database<Buffer, Buffer>,
  ) {}

  /** Opens the environment and reads all of it. Throws DamagedStoreError when what is there can't be trusted. */
  static open(directory: string, options: LmdbOptions, visit: ImageVisitor): LmdbStore {
    const environment = openEnvironment(directory, options);
    try {
      assertWhole(directory, environment);
      const images = environment.openDB<Buffer, Buffer>({ ...binary, name: databaseNames.images });
      const meta = environment.openDB<Buffer, Buffer>({ ...binary, name: databaseNames.meta });
      const store = new LmdbStore(directory, environment, images, meta);
      const mark = meta.getBinary(markKey);
      store.mark = mark === undefined ? undefined : decodeMark(mark);
      store.visitImages(visit);
      return store;
    } catch (error) {
      environment.close().catch(() => undefined);
      // A new environment's databases are made here, for which the disk may have no room.
      if (isDiskFull(error) || error instanceof DamagedStoreError) throw error;
      throw new DamagedStoreError(messageOf(error), { cause: error });
    }
  }

  visitImages(visit: ImageVisitor): void {
    // A read transaction from before the last write would show the images of that time.
    this.environment.resetReadTxn();
    for (const { key, value } of this.images.getRange()) visit(key.toString(), value);
  }

  write(images: FrameBatch | undefined, mark: StoreMark | undefined): void {
    this.transact(mark, () => images !== undefined && this.putImages(images));
  }

  writeNewer(images: FrameCursor, mark: StoreMark, isNewer: IsNewer): number {
    let written = 0;
    this.transact(mark, () => {
      while (images.advance()) if (this.putNewer(images, isNewer)) written += 1;
      // Of several images of one section all but the last are given back.
      return true;
    });
    return written;
  }

  async close(): Promise<void> {
    await this.environment.close();
    // MDB_NOSYNC left the syncing to the system; a clean stop survives the machine's end as well.
    const file = openSync(dataFileOf(this.directory), 'r+');
    fsyncSync(file);
    closeSync(file);
  }

  /** @param put whether it may have given back pages that it took itself */
  private transact(mark: StoreMark | undefined, put: () => boolean): void {
    this.transactions += 1;
    if (this.transactions % transactionsPerReaderCheck === 0) this.environment.readerCheck();
    let givesBack = false;
    try {
      this.environment.transactionSync(() => {
        givesBack = put();
        if (mark !== undefined) this.meta.putSync(markKey, encodeMark(mark));
      });
      if (givesBack) makeWhole(this.directory, this.environment);
    } catch (error) {
      throw writeFailure(this.directory, error);
    }
    if (mark !== undefined) this.mark = mark;
  }

  /** Whether some were removed. */
  private putImages(images: FrameBatch): boolean {
    const frames = framesOf(images);
    let isOneRemoved = false;
    while (frames.advance()) {
      const key = frames.key();
      const image = frames.value();
      assert(key !== null, 'an image has a key');
      // Within a transaction lmdb writes at once, from where the bytes are.
      if (image === null) isOneRemoved = this.images.removeSync(key) || isOneRemoved;
      else this.images.putSync(key, image);
    }
    return isOneRemoved;
  }

  private putNewer(frame: FrameCursor, isNewer: IsNewer): boolean {
    const key = frame.key();
    const image = frame.value();
    assert(key !== null, 'an image has a key');
    if (image === null) return this.images.removeSync(key);
    // Read within the transaction: an image of this very batch is found too.
    const held = this.images.getBinary(key);
    if (held !== undefined && !isNewer(image, held)) return false;
    this.images.putSync(key, image);
    return true;
  }
}

function openEnvironment(directory: string, options: LmdbOptions): RootDatabase<Buffer, Buffer> {
  try {
    return open<Buffer, Buffer>({
      ...binary,
      path: directory,
      noSubdir: false,
      mapSize: options.mapSizeBytes,
      pageSize: lmdbPageBytes,
      maxReaders,
      maxDbs: 2,
      noSync: options.durability === 'process',
      overlappingSync: false,
    });
  } catch (error) {
    if (!damageCodes.test(messageOf(error))) throw error;
    throw new DamagedStoreError(messageOf(error), { cause: error });
  }
}

function writeFailure(directory: string, error: unknown): Error {
  const message = messageOf(error);
  return temporary(
    `the store ${directory} can't be written (${message}): is the disk full? Nothing is lost, the changelog has it`,
    error,
  );
}
