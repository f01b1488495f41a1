import { LmdbStores } from '../../../workers/lmdb-stores.js';
import { Section } from '../../../workers/section.js';
import { initRecord } from './records.js';
import { slotSettings } from './settings.js';
import { SlotDriver } from './slot-driver.js';

/**
 * A program, for what a process does not survive. `open DIRECTORY…` opens the store of partition 0 of each and prints
 * what it found, a line of JSON each. `kill DIRECTORY` opens it, writes a section into it and kills itself.
 */
const [verb, ...directories] = process.argv.slice(2);

for (const directory of directories) {
  const stores = new LmdbStores({ directory, bootId: 'a boot', durability: 'process', mapSizeBytes: 16 * 1_048_576 });
  if (verb === 'kill') {
    const driver = new SlotDriver(slotSettings(), stores);
    await driver.open(0);
    await driver.persist(await driver.process(initRecord({ section: 'written last' }, { offset: 900 })));
    process.kill(process.pid, 'SIGKILL');
  }
  const keys: string[] = [];
  const { store, discarded } = await stores.open(0, (key, image) => keys.push(Section.fromImage(key, image).key));
  console.log(JSON.stringify({ directory, discarded: discarded?.reason, mark: store.mark, keys }));
  await store.close();
}
