import { statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { RootDatabase } from 'lmdb';
import type { StoreMark } from '../src/slots/tasks.js';

/** How keys and values lie in both databases of a partition's environment: as the bytes they are. */
export const binary = { encoding: 'binary', keyEncoding: 'binary', cache: false } as const;

/** The databases of an environment: images by their keys, and the mark. */
export const databaseNames = { images: 'images', meta: 'meta' } as const;
export const markKey = Buffer.from('mark');

/** The most transactions that may read at a time: the owner's, and one of each tool that looks on (`seatmapd state`). */
export const maxReaders = 126;

/** LMDB's own words for a file that is damaged, as against one that may not be opened. */
export const damageCodes = /MDB_(INVALID|CORRUPTED|PAGE_NOTFOUND|PANIC|VERSION_MISMATCH)/;

/** A store that was damaged outside of this process's doing. */
export class DamagedStoreError extends Error {
  override readonly name = 'DamagedStoreError';
}

export const dataFileOf = (directory: string): string => join(directory, 'data.mdb');

export const encodeMark = (mark: StoreMark): Buffer => Buffer.from(JSON.stringify(mark));

/** @throws DamagedStoreError when it is none */
export function decodeMark(bytes: Buffer): StoreMark {
  const mark = JSON.parse(bytes.toString()) as StoreMark;
  const { positions, changelogPosition } = mark;
  const numbers = [changelogPosition, ...(positions === undefined ? [] : [positions.init, positions.requests])];
  if (!numbers.every((one) => Number.isSafeInteger(one) && one >= 0))
    throw new DamagedStoreError('its mark is damaged');
  return { ...mark, positions };
}

const neededBytes = (environment: RootDatabase<Buffer, Buffer>): number => {
  const { pageSize, lastPageNumber } = environment.getStats() as { pageSize: number; lastPageNumber: number };
  return (lastPageNumber + 1) * pageSize;
};

/**
 * A file shorter than LMDB's last page would end the process with SIGBUS once that page is read. The environment is not
 * closed here. @throws DamagedStoreError
 */
export function assertWhole(directory: string, environment: RootDatabase<Buffer, Buffer>): void {
  const needed = neededBytes(environment);
  const { size } = statSync(dataFileOf(directory));
  if (size < needed) throw new DamagedStoreError(`its file has ${size} bytes where LMDB's last page needs ${needed}`);
}

/**
 * Makes the file as long as LMDB's last page needs. LMDB does not write a page that a transaction takes and gives back, and
 * where those are the last ones, a file that is whole would look truncated.
 */
export function makeWhole(directory: string, environment: RootDatabase<Buffer, Buffer>): void {
  const needed = neededBytes(environment);
  const file = dataFileOf(directory);
  if (statSync(file).size < needed) truncateSync(file, needed);
}
