import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Config, configSchema } from '../../../src/config/schema.js';
import { currentBootId } from '../../../src/state/state-folder.js';
import type { LmdbStoresOptions } from '../../../workers/lmdb-stores.js';
import { temporaryFolder } from '../temporary.js';
import type { Init } from '../wire.js';
import { storesIn } from './lmdb.js';
import { initRecord, requestRecord } from './records.js';
import { slotSettings } from './settings.js';
import { SlotDriver } from './slot-driver.js';

/** The state of an application on this host, and its configuration. */
export type MadeState = {
  readonly config: Config;
  readonly file: string;
  /** `<state.directory>/<application>`. */
  readonly folder: string;
};

/** A configuration whose state directory is empty. */
export function emptyState(): MadeState {
  const root = temporaryFolder('state');
  const settings = {
    application: 'app',
    kafka: { client: { 'bootstrap.servers': '127.0.0.1:1' } },
    state: { directory: join(root, 'state'), mapSizeBytes: 1_048_576 },
  };
  const file = join(root, 'seatmapd.yaml');
  writeFileSync(file, stringify(settings));
  return { config: configSchema.parse(settings), file, folder: join(settings.state.directory, 'app') };
}

/** A slot that has these partitions of the state open, as the daemon would. */
export async function openSlot(
  { folder }: MadeState,
  partitions: readonly number[],
  overrides: Partial<LmdbStoresOptions> = {},
): Promise<SlotDriver> {
  const driver = new SlotDriver(slotSettings(), storesIn(folder, { bootId: currentBootId(), ...overrides }));
  await driver.open(...partitions);
  return driver;
}

/** Sections by partition, in one batch each. */
export async function putSections(
  driver: SlotDriver,
  sections: Readonly<Record<number, readonly Partial<Init>[]>>,
): Promise<void> {
  for (const [partition, inits] of Object.entries(sections).map(([text, list]) => [Number(text), list] as const)) {
    const first = driver.positions.get(partition)?.init ?? 0;
    const records = inits.map((init, index) => initRecord(init, { offset: first + index, partition }));
    if (records.length > 0) await driver.persist(await driver.process(...records));
  }
}

/** Asks for seats of a section. */
export async function sell(
  driver: SlotDriver,
  partition: number,
  eventId: bigint,
  section: string,
  seatCount: number,
): Promise<void> {
  const offset = driver.positions.get(partition)?.requests ?? 0;
  await driver.persist(await driver.process(requestRecord({ eventId, section, seatCount }, { offset, partition })));
}

/** A stopped daemon's state. */
export async function madeState(sections: Readonly<Record<number, readonly Partial<Init>[]>>): Promise<MadeState> {
  const state = emptyState();
  const partitions = Object.keys(sections).map(Number);
  const driver = await openSlot(state, partitions);
  await putSections(driver, sections);
  await driver.run({ kind: 'close', partitions });
  return state;
}
