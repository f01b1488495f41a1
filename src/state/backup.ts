import { mkdirSync, readdirSync } from 'node:fs';
import { dataFileOf } from '../../workers/lmdb-format.js';
import type { Config } from '../config/schema.js';
import { needsPerson } from '../errors.js';
import { copyStore } from './copied-store.js';
import { fileFailure, sha256Of } from './durable-files.js';
import { copyFolder, type Manifest, type PartitionCopy, writeManifest } from './manifest.js';
import { StateFolder } from './state-folder.js';

/**
 * Copies the stores of this host beside a daemon that may be running, each as one transaction sees it, to a folder that is
 * empty or not there; what newer images there are, the changelog has. @throws FatalError (78) for a store that can't be read
 */
export async function backUp(config: Config, target: string): Promise<Manifest> {
  const state = await StateFolder.open(config);
  try {
    const [unreadable] = state.unreadable;
    if (unreadable !== undefined)
      throw needsPerson(`partition ${unreadable.partition} can't be backed up: ${unreadable.reason}`);
    makeEmptyFolder(target);
    const partitions: PartitionCopy[] = [];
    const clusterIds = new Set<string>();
    for (const partition of state.partitions) {
      const folder = copyFolder(target, partition);
      const { mark, sizeBytes, sections } = await copyStore(partition, state.readerOf(partition), folder);
      const sha256 = await sha256Of(dataFileOf(folder));
      const { positions, changelogPosition } = mark ?? {};
      const place = { ...(positions && { positions }), ...(mark && { changelogPosition }) };
      partitions.push({ partition, sizeBytes, sha256, sections, ...place });
      if (mark !== undefined && mark.clusterId !== '') clusterIds.add(mark.clusterId);
    }
    const [clusterId = ''] = clusterIds;
    const manifest: Manifest = {
      ...{ format: 1, application: config.application, clusterId },
      ...{ createdAt: new Date().toISOString(), partitions },
    };
    writeManifest(target, manifest);
    return manifest;
  } catch (error) {
    throw fileFailure(`the backup in ${target} is not complete`, error);
  } finally {
    await state.close();
  }
}

function makeEmptyFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (readdirSync(folder).length > 0)
    throw needsPerson(`${folder} is not empty: a backup goes to a folder of its own, and replaces none`);
}
