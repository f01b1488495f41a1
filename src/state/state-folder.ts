import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DamagedStoreError, dataFileOf } from '../../workers/lmdb-format.js';
import { StoreDirectory } from '../../workers/store-directory.js';
import { StoreReader, type StoreSnapshot } from '../../workers/store-reader.js';
import type { Config } from '../config/schema.js';
import { internal, messageOf, needsPerson } from '../errors.js';

/** How long a store that its owner is opening is waited for; with the mark still there, its process ended meanwhile. */
const openingMs = 5_000;
const pollMs = 20;
/** Of opening a store that looks damaged. */
const mostAttempts = 5;

/** A store that can't be read, and why. */
export type UnreadableStore = { readonly partition: number; readonly reason: string };

/** The boot of this machine, as the daemon records it beside its stores. */
export const currentBootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** `<state.directory>/<application>`: the folder that the daemon locks. */
export const stateFolderOf = ({ state, application }: Pick<Config, 'state' | 'application'>): string =>
  join(state.directory, application);

/** The folder of one partition in it. */
export const storeDirectoryOf = (config: Config, partition: number): StoreDirectory =>
  new StoreDirectory(join(stateFolderOf(config), String(partition)), {
    bootId: currentBootId(),
    durability: config.state.durability,
  });

/** The partitions that have a folder, by number. Another user would leave files there that the service can't write. */
export function partitionsIn(config: Config): readonly number[] {
  const folder = stateFolderOf(config);
  if (!existsSync(folder))
    throw needsPerson(`There is no state in ${folder}: is state.directory right, and application?`);
  assertOwner(folder);
  const numbers = readdirSync(folder).filter((name) => /^\d+$/.test(name));
  return numbers.map(Number).sort((a, b) => a - b);
}

/** @throws FatalError (78) when the folder is another user's */
export function assertOwner(folder: string): void {
  const { uid } = statSync(folder);
  if (uid !== process.geteuid?.())
    throw needsPerson(
      `${folder} belongs to the user with the id ${uid}: run this as that user, for instance by \`runuser -u seatmapd -- seatmapd state …\`. What another leaves there the service could not write.`,
    );
}

/**
 * The stores of this host, read beside a daemon that may be running. None is opened that the daemon would not trust itself;
 * those are told of in `unreadable`.
 */
export class StateFolder {
  private constructor(
    private readonly readers: ReadonlyMap<number, StoreReader>,
    readonly unreadable: readonly UnreadableStore[],
  ) {}

  /** @throws FatalError (78) when there is no state, or it is another user's */
  static async open(config: Config): Promise<StateFolder> {
    const readers = new Map<number, StoreReader>();
    const unreadable: UnreadableStore[] = [];
    for (const partition of partitionsIn(config)) {
      const opened = await openReader(storeDirectoryOf(config, partition), config.state.mapSizeBytes);
      if (typeof opened === 'string') unreadable.push({ partition, reason: opened });
      else if (opened !== undefined) readers.set(partition, opened);
    }
    return new StateFolder(readers, unreadable);
  }

  /** The partitions that can be read, in order. */
  get partitions(): readonly number[] {
    return [...this.readers.keys()];
  }

  /** Reads a partition in one transaction. */
  read<T>(partition: number, work: (snapshot: StoreSnapshot) => T): T {
    return this.readerOf(partition).read(work);
  }

  readerOf(partition: number): StoreReader {
    const reader = this.readers.get(partition);
    if (reader === undefined) throw internal(`partition ${partition} is one that can be read`);
    return reader;
  }

  async close(): Promise<void> {
    for (const reader of this.readers.values()) await reader.close();
  }
}

/** A reader, or why there can't be one; undefined where there is nothing to read, or not any more. */
export async function openReader(
  directory: StoreDirectory,
  mapSizeBytes: number,
): Promise<StoreReader | string | undefined> {
  const untilMs = performance.now() + openingMs;
  while (directory.isBeingOpened && performance.now() < untilMs) await sleep(pollMs);
  const distrust = directory.distrust();
  if (distrust !== undefined) return `the daemon would not use it: ${distrust}`;
  for (let attempts = 1; ; attempts += 1) {
    if (!existsSync(dataFileOf(directory.path))) return undefined;
    try {
      return StoreReader.open(directory.path, mapSizeBytes);
    } catch (error) {
      // Its owner may have been about to make the file as long as its last transaction needs, or to move it away.
      if (attempts < mostAttempts) await sleep(pollMs);
      else return error instanceof DamagedStoreError ? error.message : `it can't be opened: ${messageOf(error)}`;
    }
  }
}
