import { renameSync, rmSync, statSync } from 'node:fs';
import { fsyncPath } from '../../workers/durable-file.js';
import { dataFileOf } from '../../workers/lmdb-format.js';
import type { Config } from '../config/schema.js';
import { lockState } from '../state-lock.js';
import { copyStore } from './copied-store.js';
import { fileFailure } from './durable-files.js';
import { openReader, partitionsIn, storeDirectoryOf, type UnreadableStore } from './state-folder.js';

/** A store's bytes on the disk before and after. */
export type CompactedStore = { readonly partition: number; readonly beforeBytes: number; readonly afterBytes: number };

/**
 * Rewrites each store without the pages that hold nothing, one after the other, while no daemon runs. A store takes the
 * place of the old one once it is whole on the disk. @throws FatalError (78) while a daemon runs, (75) when the disk is full
 */
export async function* compactStores(config: Config): AsyncGenerator<CompactedStore | UnreadableStore> {
  const partitions = partitionsIn(config);
  const lock = lockState(config.state.directory, config.application);
  try {
    for (const partition of partitions) {
      const compacted = await compact(config, partition);
      if (compacted !== undefined) yield compacted;
    }
  } catch (error) {
    throw fileFailure('not all stores are compacted; each is whole, the old one or the new', error);
  } finally {
    lock.release();
  }
}

async function compact(config: Config, partition: number): Promise<CompactedStore | UnreadableStore | undefined> {
  const directory = storeDirectoryOf(config, partition);
  const source = await openReader(directory, config.state.mapSizeBytes);
  if (source === undefined) return undefined;
  if (typeof source === 'string') return { partition, reason: source };
  const folder = `${directory.path}.compacting`;
  try {
    rmSync(folder, { recursive: true, force: true });
    const { sizeBytes: afterBytes } = await copyStore(partition, source, folder);
    const beforeBytes = statSync(dataFileOf(directory.path)).size;
    await source.close();
    renameSync(dataFileOf(folder), dataFileOf(directory.path));
    fsyncPath(directory.path);
    return { partition, beforeBytes, afterBytes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
