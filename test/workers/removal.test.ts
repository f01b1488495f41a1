import assert from 'node:assert/strict';
import { InputTopic } from '../../src/frames.js';
import type { SlotSettings } from '../../src/slots/settings.js';
import { removalKey } from '../../workers/removal.js';
import {
  answersIn,
  type InputRecord,
  initRecord,
  rawRecord,
  readFrames,
  requestRecord,
} from '../support/fakes/records.js';
import { slotSettings } from '../support/fakes/settings.js';
import { openedSlot, type Processed, SlotDriver } from '../support/fakes/slot-driver.js';
import { MemoryStores } from '../support/fakes/stores.js';
import { partitionOf } from '../support/murmur2.js';
import { statusCodec } from '../support/wire.js';

const removal = (section: string, offset: number): InputRecord =>
  rawRecord(InputTopic.init, offset, null, Buffer.from(removalKey(`1-${section}`)));

const granted = (batch: Processed): string[] =>
  answersIn(batch).map(({ status, allocatedSeats }) => `${status} ${allocatedSeats}`.trim());

/** Images and statuses in the order of their topic: each section's key, and what is left of it. */
function told(batch: Processed): { images: string[]; statuses: string[] } {
  const images = readFrames(batch.images).map(({ text, value }) => `${text} ${value === null ? 'none' : 'image'}`);
  const statuses = readFrames(batch.statuses).map(({ text, value }) =>
    value === null ? `${text} none` : `${text} ${statusCodec.decode(value).availableCount}`,
  );
  return { images, statuses };
}

/** All statuses in one partition, so that their order is told. */
const settings = (overrides: Partial<SlotSettings> = {}): SlotSettings =>
  slotSettings({ partitionCounts: { results: 1, status: 1, deadLetters: 1 }, ...overrides });

describe('the removal of a section', () => {
  it('leaves tombstones under its key in changelog and status; a request for it is then for an unknown section', async () => {
    const driver = await openedSlot(slotSettings({ partitionCounts: { results: 1, status: 3, deadLetters: 1 } }));
    await driver.process(initRecord({}, { offset: 0 }), initRecord({ section: 'B' }, { offset: 1 }));
    const batch = await driver.process(
      removal('A', 2),
      requestRecord({}, { offset: 0 }),
      requestRecord({ section: 'B' }, { offset: 1 }),
    );
    assert.deepEqual(granted(batch), ['REJECTED', 'CONFIRMED B-1']);
    assert.deepEqual([batch.counts.removals, batch.counts.nullValues, batch.counts.rejected.unknownSection], [1, 0, 1]);
    const { images, statuses } = told(batch);
    assert.deepEqual(
      [images, statuses.sort()],
      [
        ['1-A none', '1-B image'],
        ['1-A none', '1-B 9'],
      ],
    );
    const status = readFrames(batch.statuses).find(({ text }) => text === '1-A');
    assert.deepEqual([status?.partition, status?.timestampMs], [partitionOf(Buffer.from('1-A'), 3), 1_002]);
  });

  it('outlives a restart once it is persisted, and never happened when its batch is discarded', async () => {
    const stores = new MemoryStores();
    const driver = new SlotDriver(settings(), stores);
    await driver.open(0);
    await driver.persist(await driver.process(initRecord({}, { offset: 0 })));
    await driver.process(removal('A', 1));
    await driver.run({ kind: 'reload', partitions: [0] });
    driver.positions.set(0, { init: 1, requests: 0 });
    assert.deepEqual(granted(await driver.process(requestRecord({}, { offset: 0 }))), ['CONFIRMED A-1']);
    await driver.persist(await driver.process(removal('A', 1)));
    assert.deepEqual([...stores.of(0).images.keys()], []);
    stores.crash();
    const next = new SlotDriver(settings(), stores);
    const [opened] = await next.open(0);
    assert.deepEqual([opened?.sections, opened?.mark?.positions], [0, { init: 2, requests: 1 }]);
  });

  for (const emit of ['latest', 'every'] as const)
    it(`comes behind what its batch did to the section before, and ahead of what it does after it (${emit})`, async () => {
      const driver = await openedSlot(settings({ emit }));
      await driver.process(initRecord({}, { offset: 0 }));
      const gone = await driver.process(requestRecord({}, { offset: 0 }), removal('A', 1));
      const early = emit === 'every' ? ['1-A 9'] : [];
      assert.deepEqual(told(gone), { images: ['1-A none'], statuses: [...early, '1-A none'] });
      await driver.process(initRecord({}, { offset: 2 }));
      const anew = await driver.process(removal('A', 3), initRecord({ seatsPerRow: 4 }, { offset: 4 }));
      assert.deepEqual(told(anew), { images: ['1-A none', '1-A image'], statuses: ['1-A none', '1-A 4'] });
    });

  it('of a section that is not there does nothing, and no other record without a value removes anything', async () => {
    const driver = await openedSlot(settings());
    await driver.process(initRecord({}, { offset: 0 }));
    const keys = ['1-A', 'remove:', 'remove:A', 'remove:01-A', 'remove 1-A', ''].map((key) => Buffer.from(key));
    const batch = await driver.process(
      removal('unknown', 1),
      ...[...keys, null].map((key, index) => rawRecord(InputTopic.init, 2 + index, null, key)),
      rawRecord(InputTopic.requests, 0, null, Buffer.from(removalKey('1-A'))),
      requestRecord({}, { offset: 1 }),
    );
    assert.deepEqual([batch.counts.removals, batch.counts.nullValues], [0, keys.length + 3]);
    assert.deepEqual(granted(batch), ['CONFIRMED A-1']);
    assert.deepEqual(told(batch), { images: ['1-A image'], statuses: ['1-A 9'] });
  });

  it('that comes again after a crash under at_least_once leaves the section alone that was made since', async () => {
    const driver = await openedSlot(settings({ guarantee: 'at_least_once' }));
    await driver.process(initRecord({}, { offset: 0 }), removal('A', 1), initRecord({}, { offset: 2 }));
    const batch = await driver.process(removal('A', 1), requestRecord({}, { offset: 0 }));
    assert.deepEqual([batch.counts.removals, batch.counts.skipped], [0, 1]);
    assert.deepEqual(granted(batch), ['CONFIRMED A-1']);
  });
});
