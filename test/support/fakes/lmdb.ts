import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { StoreMark } from '../../../src/slots/tasks.js';
import { LmdbStores, type LmdbStoresOptions } from '../../../workers/lmdb-stores.js';
import { temporaryFolder } from '../temporary.js';
import { initRecord } from './records.js';
import { slotSettings } from './settings.js';
import { SlotDriver } from './slot-driver.js';

export const storesIn = (directory: string, overrides: Partial<LmdbStoresOptions> = {}): LmdbStores =>
  new LmdbStores({
    ...{ directory, bootId: 'a boot', durability: 'process', mapSizeBytes: 16 * 1_048_576 },
    ...overrides,
  });

export const sectionsMade = 40;

/** A folder with a store of partition 0 that was cleanly closed: images of 40 sections, one batch each. */
export async function madeStore(overrides: Partial<LmdbStoresOptions> = {}): Promise<string> {
  const directory = temporaryFolder('store');
  const driver = new SlotDriver(slotSettings(), storesIn(directory, overrides));
  await driver.open(0);
  for (let offset = 0; offset < sectionsMade; offset += 1) {
    const init = initRecord({ section: `section ${offset}`, rows: 50, seatsPerRow: 100 }, { offset });
    await driver.persist(await driver.process(init));
  }
  await driver.run({ kind: 'close', partitions: [0] });
  return directory;
}

export function copyOf(directory: string): string {
  const copy = temporaryFolder('store-copy');
  cpSync(directory, copy, { recursive: true });
  return copy;
}

export const dataFile = (directory: string): string => join(directory, '0', 'data.mdb');

/** What the store program found in a directory. */
export type Found = {
  readonly directory: string;
  readonly discarded?: string;
  readonly mark?: StoreMark;
  readonly keys: readonly string[];
};

const program = fileURLToPath(new URL('./store-program.ts', import.meta.url));

/** Runs the store program; `signal` is what ended it, if it did not end by itself. */
export function runStoreProgram(
  verb: 'open' | 'kill',
  directories: readonly string[],
): Promise<{ readonly found: Found[]; readonly signal: NodeJS.Signals | null }> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, verb, ...directories], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const found: Found[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => found.push(JSON.parse(line) as Found));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (_code, signal) => resolve({ found, signal }));
  });
}
