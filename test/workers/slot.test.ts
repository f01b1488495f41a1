import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Positions } from '../../src/pipeline/positions.js';
import { LmdbStores } from '../../workers/lmdb-stores.js';
import { inputsOf } from '../support/fakes/load.js';
import { answersIn, initRecord, readFrames, requestRecord } from '../support/fakes/records.js';
import { slotSettings } from '../support/fakes/settings.js';
import { SlotDriver } from '../support/fakes/slot-driver.js';
import { live, lives, rules } from '../support/fakes/slot-life.js';
import { MemoryStores } from '../support/fakes/stores.js';
import { removeFolder, temporaryFolder } from '../support/temporary.js';

const broken = { exitCode: 70, message: /broken invariant/ };
const start: Positions = { init: 0, requests: 0 };
/** With one partition each the outputs are in the order of their inputs. */
const onePartition = { partitionCounts: { results: 1, status: 1, deadLetters: 1 } };

describe('a slot', () => {
  it('answers as the naive model does, whatever is persisted, discarded and read again in between', async () => {
    await fc.assert(
      fc.asyncProperty(inputsOf(1, 60), lives, rules, async (records, script, overrides) => {
        const stores = new MemoryStores();
        await live(records, script, slotSettings({ ...overrides, ...onePartition }), () => stores);
      }),
      { numRuns: 300 },
    );
  });

  for (const durability of ['process', 'power'] as const) {
    it(`does so with LMDB (${durability})`, async () => {
      await fc.assert(
        fc.asyncProperty(inputsOf(1, 60), lives, rules, async (records, script, overrides) => {
          const directory = temporaryFolder('slot');
          const options = { directory, bootId: 'a boot', durability, mapSizeBytes: 4 * 1_048_576 };
          await live(records, script, slotSettings({ ...overrides, ...onePartition }), () => new LmdbStores(options));
          removeFolder(directory);
        }),
        { numRuns: 40 },
      );
    });
  }

  it('asserts its own number and the order of its tasks', async () => {
    const settings = slotSettings({ slot: 1 });
    const hello = { kind: 'hello' } as const;
    const { slot } = new SlotDriver(settings, new MemoryStores());
    assert.deepEqual(await slot.run({ slot: 1, sequence: 0, task: hello }), { slot: 1 });
    await assert.rejects(slot.run({ slot: 0, sequence: 1, task: hello }), broken);
    await assert.rejects(slot.run({ slot: 1, sequence: 0, task: hello }), broken);
    await assert.rejects(slot.run({ slot: 1, sequence: 2, task: hello }), broken);
    assert.deepEqual(await slot.run({ slot: 1, sequence: 1, task: hello }), { slot: 1 });
  });

  it('works on partitions that it has open only, each opened once', async () => {
    const record = requestRecord({}, { offset: 0, partition: 1 });
    const wrong: ((driver: SlotDriver) => Promise<unknown>)[] = [
      (driver) => driver.open(2),
      (driver) => driver.process(record),
      (driver) => driver.run({ kind: 'reload', partitions: [1] }),
      (driver) => driver.run({ kind: 'close', partitions: [1] }),
    ];
    for (const call of wrong) {
      const driver = new SlotDriver(slotSettings(), new MemoryStores());
      await driver.open(0, 2);
      await assert.rejects(call(driver), { exitCode: 70 });
    }
    const driver = new SlotDriver(slotSettings(), new MemoryStores());
    await driver.open(0, 2);
    await driver.run({ kind: 'close', partitions: [0] });
    await driver.open(0);
  });

  it('carries out nothing after a task that failed: a later mark would hide that images are missing', async () => {
    const stores = new MemoryStores();
    const driver = new SlotDriver(slotSettings(), stores);
    await driver.open(0);
    const first = await driver.process(initRecord({}, { offset: 0 }));
    const second = await driver.process(initRecord({ section: 'B' }, { offset: 1 }));
    stores.failWrites(new Error('the disk is full'));
    await assert.rejects(driver.persist(first), /the disk is full/);
    stores.failWrites(undefined);
    // Whichever task is heard of first, the process ends for the reason that it ends for.
    await assert.rejects(driver.persist(second), /the disk is full/);
    assert.equal(stores.of(0).mark, undefined);
  });

  it('persists the images given to it, not the live ones, which are ahead', async () => {
    const stores = new MemoryStores();
    const driver = new SlotDriver(slotSettings(), stores);
    await driver.open(0);
    const first = await driver.process(initRecord({}, { offset: 0 }), requestRecord({}, { offset: 0 }));
    const second = await driver.process(requestRecord({}, { offset: 1 }), initRecord({ section: 'B' }, { offset: 1 }));
    assert.deepEqual(await driver.persist(first), { images: 1 });
    const [image] = readFrames(first.images);
    assert.deepEqual([...stores.of(0).images], [['1-A', image?.value]]);
    assert.deepEqual(stores.of(0).mark?.positions, { init: 1, requests: 1 });
    await driver.persist(second);
    assert.deepEqual([...stores.of(0).images.keys()].sort(), ['1-A', '1-B']);
    assert.deepEqual(stores.of(0).mark?.positions, { init: 2, requests: 2 });
  });

  it('persists the images of each partition in its own store, and the mark of one without images too', async () => {
    const stores = new MemoryStores();
    const driver = new SlotDriver(slotSettings(), stores);
    await driver.open(0, 2, 4);
    const batch = await driver.process(
      initRecord({ eventId: 0n }, { offset: 0, partition: 0 }),
      requestRecord({ eventId: 4n }, { offset: 5, partition: 4 }),
      initRecord({ eventId: 2n }, { offset: 7, partition: 2 }),
      initRecord({ eventId: 2n, section: 'B' }, { offset: 8, partition: 2 }),
    );
    await driver.persist(batch);
    const stored = [0, 2, 4].map((partition) => [...stores.of(partition).images.keys()]);
    assert.deepEqual(stored, [['0-A'], ['2-A', '2-B'], []]);
    assert.deepEqual(stores.of(4).mark?.positions, { init: 0, requests: 6 });
  });

  it('asserts that the images of a batch are of its own partitions', async () => {
    const driver = new SlotDriver(slotSettings(), new MemoryStores());
    await driver.open(0, 2);
    const batch = await driver.process(initRecord({}, { offset: 0, partition: 2 }));
    await assert.rejects(driver.persist({ ...batch, ends: new Map([[0, start]]) }), broken);
  });

  it('forgets sections that a discarded batch created, and sales that it made', async () => {
    const driver = new SlotDriver(slotSettings(onePartition), new MemoryStores());
    await driver.open(0);
    await driver.persist(await driver.process(initRecord({}, { offset: 0 })));
    await driver.process(
      ...[initRecord({ section: 'B' }, { offset: 1 }), requestRecord({ seatCount: 3 }, { offset: 0 })],
    );
    await driver.run({ kind: 'reload', partitions: [0] });
    driver.positions.set(0, { init: 1, requests: 0 });
    const again = await driver.process(
      ...[requestRecord({ section: 'B' }, { offset: 0 }), requestRecord({ seatCount: 1 }, { offset: 1 })],
    );
    assert.deepEqual(
      answersIn(again).map(({ status, allocatedSeats }) => [status, ...allocatedSeats]),
      [['REJECTED'], ['CONFIRMED', 'A-1']],
    );
  });

  it('reads a store that was found damaged as an empty one, and says what became of it', async () => {
    const stores = new MemoryStores();
    const before = new SlotDriver(slotSettings(), stores);
    await before.open(0);
    await before.persist(await before.process(initRecord({}, { offset: 0 })));
    stores.of(0).damage = 'its file is damaged';
    const [opened] = await new SlotDriver(slotSettings(), stores).open(0);
    const discarded = { reason: 'its file is damaged', setAside: '0.aside' };
    assert.deepEqual(opened, { partition: 0, mark: undefined, sections: 0, discarded });
  });

  describe('restoring', () => {
    /** The images of two batches: A sold twice, and B made. */
    async function changelog() {
      const source = new SlotDriver(slotSettings(), new MemoryStores());
      await source.open(0);
      const first = await source.process(initRecord({}, { offset: 0 }), requestRecord({}, { offset: 0 }));
      const second = await source.process(
        requestRecord({}, { offset: 1 }),
        initRecord({ section: 'B' }, { offset: 1 }),
      );
      return { first: first.images, second: second.images };
    }

    it('applies an image only when it is newer, on either topic, and writes it at once without a mark', async () => {
      const { first, second } = await changelog();
      const stores = new MemoryStores();
      const driver = new SlotDriver(slotSettings(), stores);
      await driver.open(0);
      assert.deepEqual(await driver.run({ kind: 'restore', frames: second }), { applied: 2, read: 2 });
      assert.deepEqual(await driver.run({ kind: 'restore', frames: second }), { applied: 0, read: 2 });
      assert.deepEqual(await driver.run({ kind: 'restore', frames: first }), { applied: 0, read: 1 });
      assert.equal(stores.of(0).images.size, 2);
      assert.equal(stores.of(0).mark, undefined);
      const found = await driver.run({ kind: 'restored', partition: 0, mark: undefined });
      assert.deepEqual(found, { sections: 2, newestImage: { init: 2, requests: 2 } });
      assert.equal(stores.of(0).mark, undefined);
    });

    it('ends with the mark that it is given', async () => {
      const stores = new MemoryStores();
      const driver = new SlotDriver(slotSettings(), stores);
      await driver.open(0);
      const mark = { positions: start, changelogPosition: 9, clusterId: 'a cluster' };
      assert.deepEqual(await driver.run({ kind: 'restored', partition: 0, mark }), {
        sections: 0,
        newestImage: undefined,
      });
      assert.deepEqual(stores.of(0).mark, mark);
    });
  });
});
