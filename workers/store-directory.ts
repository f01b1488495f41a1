import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { DiscardedStore } from '../src/slots/tasks.js';
import { removeFsynced, writeFsynced } from './durable-file.js';
import { SetAside } from './set-aside.js';

/** The page size of every environment, whatever the system's: a file can be moved, and checked before it is opened. */
export const lmdbPageBytes = 4096;

/** What is recorded of the environment's opener, outside of LMDB: it decides whether LMDB may be trusted at all. */
type Opener = { readonly bootId: string; readonly durability: string };

/** The magic number of LMDB's two meta pages, the first of a file, and where it lies behind their page headers. */
const magic = 0xbeefc0de;
const magicOffset = 24;

/** LMDB crashes natively on a file that is none of its own, so its two meta pages are looked at before it is. */
function isLmdbFile(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size === 0) return true;
    const pages = Buffer.alloc(2 * lmdbPageBytes);
    if (readSync(file, pages, 0, pages.length, 0) < pages.length) return false;
    const hasMagic = (page: number): boolean => pages.readUInt32LE(page * lmdbPageBytes + magicOffset) === magic;
    return hasMagic(0) && hasMagic(1);
  } finally {
    closeSync(file);
  }
}

/**
 * The folder of one partition's environment and the marks in it (PROTOCOL: the store's own safety):
 * `opening` stands while the environment is opened and read for the first time, `clean` after a full sync at a clean
 * stop, `opener` names the boot and the durability it was last opened with.
 */
export class StoreDirectory {
  private readonly opening: string;
  private readonly clean: string;
  private readonly opener: string;
  private readonly aside: SetAside;

  constructor(
    readonly path: string,
    private readonly current: Opener,
  ) {
    this.opening = join(path, 'opening');
    this.clean = join(path, 'clean');
    this.opener = join(path, 'opener');
    this.aside = new SetAside(path);
  }

  /** Why the environment in the folder must not be opened; undefined when it may be. */
  distrust(): string | undefined {
    const file = join(this.path, 'data.mdb');
    if (!existsSync(file)) return undefined;
    if (this.isBeingOpened) return 'a process ended while it opened it';
    if (!isLmdbFile(file)) return 'its file is not one of LMDB';
    const last = this.readOpener();
    if (last === undefined) return 'it does not say who opened it last';
    if (last.durability !== this.current.durability) return `it was written with state.durability ${last.durability}`;
    const machineStopped = last.bootId !== this.current.bootId && !existsSync(this.clean);
    if (machineStopped && last.durability === 'process') return 'the machine stopped without a clean shutdown of it';
    return undefined;
  }

  /** Marks the environment as being opened; its first write may follow. */
  beginOpening(): void {
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
    writeFsynced(this.opening, String(process.pid));
    try {
      writeFsynced(this.opener, JSON.stringify(this.current));
      removeFsynced(this.clean);
    } catch (error) {
      // Nothing was opened yet, so the mark would have the next start throw away an environment that is whole.
      this.endOpening();
      throw error;
    }
  }

  endOpening(): void {
    removeFsynced(this.opening);
  }

  /** Whether it is being opened at this moment, or a process ended while it was. */
  get isBeingOpened(): boolean {
    return existsSync(this.opening);
  }

  /** Marks an environment that was put here whole and synced, as by its last opener after a clean stop. */
  adopt(): void {
    writeFsynced(this.opener, JSON.stringify(this.current));
    this.markClean();
  }

  /** Marks a clean stop, after the environment was closed and synced. */
  markClean(): void {
    writeFsynced(this.clean, '');
  }

  /** Moves the environment out of the way, for a person to look at; one earlier environment is kept. */
  setAside(reason: string): DiscardedStore {
    return this.aside.take(reason);
  }

  /** What was set aside, by this process or another, and nobody has been told of as far as is known. */
  get untold(): DiscardedStore | undefined {
    return this.aside.untold;
  }

  /** It is in the log. */
  told(): void {
    this.aside.told();
  }

  private readOpener(): Opener | undefined {
    try {
      return JSON.parse(readFileSync(this.opener, 'utf8')) as Opener;
    } catch {
      return undefined;
    }
  }
}
