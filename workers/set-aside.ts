import { readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DiscardedStore } from '../src/slots/tasks.js';
import { fsyncPath, removeFsynced, writeFsynced } from './durable-file.js';

/** The file with the reasons, in the folder itself, until they were told. */
const UNTOLD = 'untold.json';

/**
 * An environment that can't be trusted, moved to beside its place. Why lies in it until it was told: LMDB may crash on another
 * partition's file before the main thread has written it to the log, and then the next start tells.
 */
export class SetAside {
  private readonly path: string;

  /** @param place where the environment lay, and another one will */
  constructor(private readonly place: string) {
    this.path = `${place}.set-aside`;
  }

  /** Moves what lies in the place; what was moved before is given up, but not why. */
  take(reason: string): DiscardedStore {
    const reasons = [...new Set([...reasonsIn(this.path), ...reasonsIn(this.place), reason])];
    writeFsynced(join(this.place, UNTOLD), JSON.stringify(reasons));
    rmSync(this.path, { recursive: true, force: true });
    renameSync(this.place, this.path);
    fsyncPath(dirname(this.place));
    return discarded(reasons, this.path);
  }

  get untold(): DiscardedStore | undefined {
    const reasons = reasonsIn(this.path);
    return reasons.length === 0 ? undefined : discarded(reasons, this.path);
  }

  /** The reasons are in the log. */
  told(): void {
    if (this.untold !== undefined) removeFsynced(join(this.path, UNTOLD));
  }
}

const discarded = (reasons: readonly string[], setAside: string): DiscardedStore => ({
  reason: reasons.join('; then '),
  setAside,
});

function reasonsIn(folder: string): string[] {
  try {
    const reasons: unknown = JSON.parse(readFileSync(join(folder, UNTOLD), 'utf8'));
    return Array.isArray(reasons) ? reasons.map(String) : [];
  } catch {
    // None lies there.
    return [];
  }
}
