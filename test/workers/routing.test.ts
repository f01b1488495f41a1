import assert from 'node:assert/strict';
import fc from 'fast-check';
import { initRecord, requestRecord } from '../support/fakes/records.js';
import { slotSettings } from '../support/fakes/settings.js';
import { SlotDriver } from '../support/fakes/slot-driver.js';
import { MemoryStores } from '../support/fakes/stores.js';
import { partitionOf } from '../support/murmur2.js';
import { eventId, sectionName } from './section-names.js';

const inputPartitions = 8;

async function opened(...partitions: number[]): Promise<SlotDriver> {
  const driver = new SlotDriver(slotSettings({ inputPartitions }), new MemoryStores());
  await driver.open(...partitions);
  return driver;
}

describe('records in a partition that their key does not belong into', () => {
  it('are counted, and the first is named, whether their section is known or not', async () => {
    const expected = partitionOf(Buffer.from('1-A'), inputPartitions);
    const partition = (expected + 1) % inputPartitions;
    const driver = await opened(expected, partition);
    const right = await driver.process(
      initRecord({}, { partition: expected, offset: 0 }),
      requestRecord({}, { partition: expected, offset: 0 }),
    );
    assert.deepEqual([right.counts.misrouted, right.misrouted], [0, undefined]);
    const unknown = await driver.process(requestRecord({}, { partition, offset: 0 }));
    assert.deepEqual([unknown.counts.misrouted, unknown.counts.rejected.unknownSection], [1, 1]);
    assert.deepEqual(unknown.misrouted, { key: '1-A', partition, expected });
    const known = await driver.process(
      initRecord({}, { partition, offset: 0 }),
      requestRecord({}, { partition, offset: 1 }),
    );
    assert.deepEqual([known.counts.misrouted, known.counts.confirmed], [2, 1]);
    assert.deepEqual(known.misrouted, { key: '1-A', partition, expected });
  });

  it('are told by the partition of the Java client, for every event and every name', async () => {
    const sections = fc.tuple(eventId, sectionName, fc.nat(inputPartitions - 1));
    await fc.assert(
      fc.asyncProperty(sections, async ([event, section, partition]) => {
        const driver = await opened(partition);
        const asked = { eventId: BigInt(event), section };
        const key = `${event}-${section}`;
        const isMisrouted = partitionOf(Buffer.from(key), inputPartitions) !== partition;
        const { counts, misrouted } = await driver.process(requestRecord(asked, { partition, offset: 0 }));
        assert.deepEqual([counts.misrouted, misrouted?.key], isMisrouted ? [1, key] : [0, undefined]);
      }),
      { numRuns: 500 },
    );
  });
});
