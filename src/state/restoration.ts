import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fsyncPath } from '../../workers/durable-file.js';
import { dataFileOf } from '../../workers/lmdb-format.js';
import { StoreDirectory } from '../../workers/store-directory.js';
import type { Config } from '../config/schema.js';
import { needsPerson } from '../errors.js';
import { lockState } from '../state-lock.js';
import { fileFailure, sha256Of } from './durable-files.js';
import { plural } from './format.js';
import { copyFolder, type Manifest, type PartitionCopy, readManifest } from './manifest.js';
import { assertOwner, currentBootId, stateFolderOf } from './state-folder.js';

/**
 * Puts a backup in the place of a state that is not there. The daemon is not running; when it starts, it follows the changelog
 * from where each store left off. @throws FatalError (78) when the backup is not whole, or there is a state
 */
export async function restoreBackup(config: Config, backup: string): Promise<Manifest> {
  const manifest = readManifest(backup);
  if (manifest.application !== config.application)
    throw needsPerson(
      `${backup} is a backup of the application ${manifest.application}, and the configuration's is ${config.application}`,
    );
  for (const copy of manifest.partitions) await assertWhole(backup, copy);
  const { directory } = config.state;
  if (existsSync(directory)) assertOwner(directory);
  const lock = lockState(directory, config.application);
  try {
    assertEmpty(lock.directory);
    for (const { partition } of manifest.partitions) putStore(config, backup, partition);
    return manifest;
  } catch (error) {
    throw fileFailure(`the backup ${backup} is not restored`, error);
  } finally {
    lock.release();
  }
}

async function assertWhole(backup: string, { partition, sizeBytes, sha256 }: PartitionCopy): Promise<void> {
  const file = dataFileOf(copyFolder(backup, partition));
  if (!existsSync(file)) throw needsPerson(`${backup} is not a whole backup: ${file} is missing`);
  const { size } = statSync(file);
  if (size !== sizeBytes || (await sha256Of(file)) !== sha256)
    throw needsPerson(`${backup} is damaged: ${file} is not as its manifest says`);
}

function assertEmpty(folder: string): void {
  const stores = readdirSync(folder).filter((name) => /^\d+$/.test(name));
  if (stores.length > 0)
    throw needsPerson(
      `${folder} has the stores of ${plural(stores.length, 'partition')} already, and a backup replaces none: move them away first`,
    );
}

/** Copies a store beside its place, whole, synced and marked as cleanly stopped, and then puts it there in one step. */
function putStore(config: Config, backup: string, partition: number): void {
  const folder = stateFolderOf(config);
  const path = join(folder, String(partition));
  const partial = `${path}.restoring`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { mode: 0o700 });
  copyFileSync(dataFileOf(copyFolder(backup, partition)), dataFileOf(partial));
  fsyncPath(dataFileOf(partial));
  new StoreDirectory(partial, { bootId: currentBootId(), durability: config.state.durability }).adopt();
  renameSync(partial, path);
  fsyncPath(folder);
}
