import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Syncs a file or a folder. */
export function fsyncPath(path: string): void {
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
}

/** Writes or replaces a file, whole or, when the disk is full, not at all: half a mark would say something else. */
export function writeFsynced(path: string, text: string): void {
  const partial = `${path}.new`;
  try {
    const file = openSync(partial, 'w', 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
  fsyncPath(dirname(path));
}

/** Removes a file, if it is there. */
export function removeFsynced(path: string): void {
  rmSync(path, { force: true });
  fsyncPath(dirname(path));
}
