import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Section } from '../../workers/section.js';
import { StoreReader } from '../../workers/store-reader.js';
import { dataFile, madeStore, sectionsMade, storesIn } from '../support/fakes/lmdb.js';
import { requestRecord } from '../support/fakes/records.js';
import { slotSettings } from '../support/fakes/settings.js';
import { SlotDriver } from '../support/fakes/slot-driver.js';
import { temporaryFolder } from '../support/temporary.js';

const mapSizeBytes = 1_048_576;
const program = fileURLToPath(new URL('../support/fakes/reader-program.ts', import.meta.url));

describe('the reader of a store', () => {
  let directory: string;
  let owner: SlotDriver;
  let requests: number;
  beforeEach(async () => {
    directory = await madeStore();
    owner = new SlotDriver(slotSettings(), storesIn(directory));
    await owner.open(0);
    owner.positions.set(0, { init: sectionsMade, requests: 0 });
    requests = 0;
  });
  afterEach(() => owner.run({ kind: 'close', partitions: [0] }));

  /** Sells a seat in each of two sections, so that the owner writes. */
  async function sell(): Promise<void> {
    const records = ['section 1', 'section 2'].map((section) => requestRecord({ section }, { offset: requests++ }));
    await owner.persist(await owner.process(...records));
  }

  it('sees mark and images of one moment, beside an owner that goes on writing, and later ones at the next call', async () => {
    const reader = StoreReader.open(join(directory, '0'), mapSizeBytes);
    for (let round = 0; round < 5; round += 1) {
      await sell();
      reader.read(({ mark, images, count }) => {
        assert.deepEqual(mark?.positions, { init: sectionsMade, requests });
        const sold = [...images()].map(({ key, image }) => Section.fromImage(key.toString(), image).map.sold);
        assert.deepEqual(
          [sold.length, count, sold.reduce((sum, one) => sum + one, 0)],
          [sectionsMade, sectionsMade, requests],
        );
      });
    }
    await reader.close();
  });

  it('changes nothing in the folder, marks and data, and the owner closes it as ever', async () => {
    const names = readdirSync(join(directory, '0')).sort();
    const before = readFileSync(dataFile(directory));
    const reader = StoreReader.open(join(directory, '0'), mapSizeBytes);
    reader.read(({ images }) => [...images()]);
    assert.deepEqual(readdirSync(join(directory, '0')).sort(), names);
    assert.ok(before.equals(readFileSync(dataFile(directory))));
    await owner.run({ kind: 'close', partitions: [0] });
    // It is still open here while the next owner takes it.
    await owner.open(0);
    await sell();
    assert.equal(
      reader.read(({ mark }) => mark?.positions?.requests),
      requests,
    );
    await reader.close();
  });

  it('that was killed within a transaction does not make the file grow for ever', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', program, join(directory, '0')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    const growth = async (): Promise<number> => {
      const before = statSync(dataFile(directory)).size;
      for (let round = 0; round < 400; round += 1) await sell();
      return statSync(dataFile(directory)).size - before;
    };
    assert.ok((await growth()) > 400 * 4_096, 'while it reads, no page is used again');
    child.kill('SIGKILL');
    await once(child, 'exit');
    // Its slot is found within two hundred transactions.
    await growth();
    assert.equal(await growth(), 0);
  });

  it('copies what one transaction sees, small, and the copy is a store', async () => {
    for (let round = 0; round < 50; round += 1) await sell();
    const reader = StoreReader.open(join(directory, '0'), mapSizeBytes);
    const copy = temporaryFolder('copy');
    mkdirSync(join(copy, '0'));
    const copying = reader.copyTo(join(copy, '0'));
    const atMost = requests;
    await copying;
    await reader.close();
    const of = StoreReader.open(join(copy, '0'), mapSizeBytes);
    of.read(({ mark, count }) => assert.deepEqual([mark?.positions?.requests, count], [atMost, sectionsMade]));
    await of.close();
    assert.ok(statSync(dataFile(copy)).size <= statSync(dataFile(directory)).size);
  });

  it('does not open what LMDB would crash on or what it finds damaged', async () => {
    await owner.run({ kind: 'close', partitions: [0] });
    const { size } = statSync(dataFile(directory));
    truncateSync(dataFile(directory), size - 4_096);
    assert.throws(() => StoreReader.open(join(directory, '0'), mapSizeBytes), /last page needs/);
    await owner.open(0);
  });
});
