import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fsyncPath } from '../../workers/durable-file.js';
import { dataFileOf } from '../../workers/lmdb-format.js';
import { StoreReader } from '../../workers/store-reader.js';
import { needsPerson } from '../errors.js';
import type { StoreMark } from '../slots/tasks.js';
import { isDamaged, readEntry } from './sections.js';

/** A copy of a store, which was read to its end. */
export type CopiedStore = {
  readonly sizeBytes: number;
  readonly sections: number;
  readonly mark: StoreMark | undefined;
};

/**
 * Copies what one transaction of the store sees to a folder that is not there yet; the copy is read, every image of it, and
 * synced. @throws FatalError (78) when an image is damaged
 */
export async function copyStore(partition: number, source: StoreReader, folder: string): Promise<CopiedStore> {
  mkdirSync(folder, { mode: 0o700 });
  await source.copyTo(folder);
  const copy = StoreReader.open(folder, 1);
  const found = copy.read(({ images, mark }) => {
    let sections = 0;
    for (const stored of images()) {
      const entry = readEntry(partition, stored);
      if (isDamaged(entry))
        throw needsPerson(
          `partition ${partition} has a damaged image of ${JSON.stringify(entry.key.toString())} (${entry.problem}): \`seatmapd state verify\` names all; the daemon restores the store from the changelog at its next start`,
        );
      sections += 1;
    }
    return { sections, mark };
  });
  await copy.close();
  // LMDB's lock file is of no use to anyone later.
  rmSync(join(folder, 'lock.mdb'), { force: true });
  fsyncPath(dataFileOf(folder));
  fsyncPath(folder);
  return { ...found, sizeBytes: statSync(dataFileOf(folder)).size };
}
