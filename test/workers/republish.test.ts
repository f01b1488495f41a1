import assert from 'node:assert/strict';
import { initRecord, readFrames, requestRecord, shownStatuses } from '../support/fakes/records.js';
import { slotSettings } from '../support/fakes/settings.js';
import { openedSlot, SlotDriver } from '../support/fakes/slot-driver.js';
import { MemoryStores } from '../support/fakes/stores.js';
import { fullStatusCodec } from '../support/wire.js';

const republish = (run: number, limit = 100) => ({ kind: 'republish', run, partitions: [0], limit }) as const;
const sorted = (texts: readonly string[]): string[] => [...texts].sort();

describe('republishing in a slot', () => {
  it('dates a status as the input that last changed its section, whatever was rejected since', async () => {
    const driver = await openedSlot(slotSettings());
    await driver.process(
      initRecord({}, { offset: 0, timestampMs: 10 }),
      requestRecord({ seatCount: 2 }, { offset: 0, timestampMs: 20 }),
      requestRecord({ seatCount: 50 }, { offset: 1, timestampMs: 30 }),
    );
    assert.deepEqual(shownStatuses(await driver.run(republish(1))), ['A 8 at 20']);
  });

  it('gives the same bytes after a restart from the store', async () => {
    const stores = new MemoryStores();
    const driver = new SlotDriver(slotSettings(), stores);
    await driver.open(0);
    const batch = await driver.process(initRecord({}, { offset: 0 }), requestRecord({}, { offset: 0 }));
    await driver.persist(batch);
    const before = await driver.run(republish(1));
    await driver.run({ kind: 'close', partitions: [0] });
    const restarted = new SlotDriver(slotSettings(), stores);
    await restarted.open(0);
    const after = await restarted.run(republish(1));
    assert.deepEqual(readFrames(after.statuses), readFrames(before.statuses));
  });

  it('sends each section once a run, within the limit, and what came in between as well', async () => {
    const driver = await openedSlot(slotSettings());
    const init = (section: string, offset: number) => initRecord({ section }, { offset });
    await driver.process(...['A', 'B', 'C'].map(init));
    const first = await driver.run(republish(1, 2));
    await driver.process(init('D', 3));
    const second = await driver.run(republish(1, 2));
    assert.deepEqual([first.unfinished, second.unfinished], [[0], []]);
    const names = [...shownStatuses(first), ...shownStatuses(second)].map((text) => text.slice(0, 1));
    assert.deepEqual(sorted(names), ['A', 'B', 'C', 'D']);
    assert.equal(shownStatuses(await driver.run(republish(1))).length, 0);
    assert.equal(shownStatuses(await driver.run(republish(2))).length, 4);
  });

  it('begins again after the batches in flight were discarded', async () => {
    const driver = await openedSlot(slotSettings());
    await driver.persist(await driver.process(initRecord({}, { offset: 0 })));
    await driver.run(republish(1));
    await driver.run({ kind: 'reload', partitions: [0] });
    assert.equal(shownStatuses(await driver.run(republish(1))).length, 1);
  });

  it('sends whole maps with status.payload full, and omits what would not fit any more', async () => {
    const stores = new MemoryStores();
    const driver = new SlotDriver(slotSettings({ payload: 'full' }), stores);
    await driver.open(0);
    const batch = await driver.process(initRecord({}, { offset: 0 }), requestRecord({ seatCount: 3 }, { offset: 0 }));
    await driver.persist(batch);
    const { statuses, omitted } = await driver.run(republish(1));
    const [status] = readFrames(statuses).map(({ value }) => fullStatusCodec.decode(value ?? Buffer.alloc(0)));
    assert.deepEqual([status?.availableCount, omitted], [7, 0]);
    await driver.run({ kind: 'close', partitions: [0] });
    const lowered = new SlotDriver(slotSettings({ payload: 'full', limits: { messageBytes: 100 } }), stores);
    await lowered.open(0);
    const none = await lowered.run(republish(1));
    assert.deepEqual([none.statuses.count, none.omitted, none.unfinished], [0, 1, []]);
  });
});

describe('configuring a slot', () => {
  it('changes status.emit from the next batch on', async () => {
    const driver = await openedSlot(slotSettings({ emit: 'latest' }));
    await driver.process(initRecord({}, { offset: 0 }));
    const requests = (from: number) => [0, 1, 2].map((at) => requestRecord({}, { offset: from + at }));
    assert.equal((await driver.process(...requests(0))).counts.statuses, 1);
    await driver.run({ kind: 'configure', settings: { emit: 'every' } });
    assert.equal((await driver.process(...requests(3))).counts.statuses, 3);
  });

  it('changes the partitions that the answers are spread over', async () => {
    const driver = await openedSlot(slotSettings());
    await driver.process(initRecord({}, { offset: 0 }));
    const partitionCounts = { results: 1, status: 50, deadLetters: 1 };
    await driver.run({ kind: 'configure', settings: { partitionCounts } });
    const { results, statuses } = await driver.process(
      ...[0, 1, 2, 3, 4, 5].map((offset) => requestRecord({}, { offset })),
    );
    assert.deepEqual([...new Set(readFrames(results).map(({ partition }) => partition))], [0]);
    assert.ok(readFrames(statuses).every(({ partition }) => partition < 50));
  });
});
