import { type Database, open, type RootDatabase } from 'lmdb';
import { messageOf } from '../src/errors.js';
import type { StoreMark } from '../src/slots/tasks.js';
import {
  assertWhole,
  binary,
  DamagedStoreError,
  damageCodes,
  databaseNames,
  decodeMark,
  markKey,
  maxReaders,
} from './lmdb-format.js';

/** An image under its section's key. The bytes are the callee's to keep. */
export type StoredImage = { readonly key: Buffer; readonly image: Buffer };

/** Keys from `start` to before `end`, in the order of their bytes; `start` itself is left out when it is `after`. */
export type KeyRange = {
  readonly start?: Buffer | undefined;
  readonly after?: boolean;
  readonly end?: Buffer | undefined;
};

/** A partition's store at one moment: what one LMDB transaction sees. Only to be used within the call that gave it. */
export type StoreSnapshot = {
  readonly mark: StoreMark | undefined;
  images(range?: KeyRange): Iterable<StoredImage>;
  /** The first key at or after `start`. */
  firstKey(start: Buffer | undefined): Buffer | undefined;
  image(key: Buffer): Buffer | undefined;
  /** How many images LMDB itself counts. */
  readonly count: number;
};

/**
 * Reads a partition's store beside its owner, who may be writing: the environment is opened read-only, and no transaction
 * outlives a call, for while one lasts LMDB reuses no page that it could see and the file grows.
 */
export class StoreReader {
  private constructor(
    private readonly environment: RootDatabase<Buffer, Buffer>,
    private readonly images: Database<Buffer, Buffer> | undefined,
    private readonly meta: Database<Buffer, Buffer> | undefined,
  ) {}

  /**
   * Whether LMDB may be trusted with the file has to be known before (`StoreDirectory.distrust`): it crashes on some damage.
   * @throws DamagedStoreError for damage that it notices
   */
  static open(directory: string, mapSizeBytes: number): StoreReader {
    let environment: RootDatabase<Buffer, Buffer> | undefined;
    try {
      const path = { path: directory, noSubdir: false, readOnly: true };
      environment = open<Buffer, Buffer>({ ...binary, ...path, mapSize: mapSizeBytes, maxReaders, maxDbs: 2 });
      assertWhole(directory, environment);
      const { images, meta } = databaseNames;
      return new StoreReader(environment, openDatabase(environment, images), openDatabase(environment, meta));
    } catch (error) {
      void environment?.close();
      if (!damageCodes.test(messageOf(error))) throw error;
      throw new DamagedStoreError(messageOf(error), { cause: error });
    }
  }

  /** Reads in one transaction, which ends when `work` returns. */
  read<T>(work: (snapshot: StoreSnapshot) => T): T {
    const { environment, images, meta } = this;
    environment.resetReadTxn();
    try {
      const mark = meta?.getBinary(markKey);
      return work({
        mark: mark === undefined ? undefined : decodeMark(mark),
        images: (range = {}) => (images === undefined ? [] : imagesIn(images, range)),
        firstKey: (start) => (images === undefined ? undefined : firstKeyOf(images, start)),
        image: (key) => images?.getBinary(key),
        count: images === undefined ? 0 : (images.getStats() as { entryCount: number }).entryCount,
      });
    } finally {
      environment.resetReadTxn();
    }
  }

  /**
   * Copies what one transaction sees, without the pages that hold nothing, to `<folder>/data.mdb`; the folder exists.
   * Compacting is also what makes the copy a plain reader's: LMDB's other way stops the writer for a moment.
   */
  copyTo(folder: string): Promise<void> {
    return this.environment.backup(folder, true);
  }

  close(): Promise<void> {
    return this.environment.close();
  }
}

/** Undefined when its owner has made the environment just now, and not its databases; the types of lmdb don't tell. */
const openDatabase = (environment: RootDatabase<Buffer, Buffer>, name: string): Database<Buffer, Buffer> | undefined =>
  environment.openDB<Buffer, Buffer>({ ...binary, name });

function* imagesIn(images: Database<Buffer, Buffer>, { start, after, end }: KeyRange): Generator<StoredImage> {
  const range = { ...(start && { start }), ...(end && { end }), ...(after && { exclusiveStart: true }) };
  for (const { key, value } of images.getRange(range)) yield { key, image: value };
}

function firstKeyOf(images: Database<Buffer, Buffer>, start: Buffer | undefined): Buffer | undefined {
  for (const key of images.getKeys({ ...(start && { start }), limit: 1 })) return key;
  return undefined;
}
