import assert from 'node:assert/strict';
import { type FrameBatch, framesOf } from '../../src/frames.js';
import { Partition } from '../../workers/partition.js';
import { SectionKey } from '../../workers/section-key.js';
import { initRecord, requestRecord } from '../support/fakes/records.js';
import { slotSettings } from '../support/fakes/settings.js';
import { SlotDriver } from '../support/fakes/slot-driver.js';
import { MemoryStores } from '../support/fakes/stores.js';

/** The images of A at positions 1/1 and of B at 2/1. */
async function images(): Promise<FrameBatch[]> {
  const driver = new SlotDriver(slotSettings(), new MemoryStores());
  await driver.open(0);
  const first = await driver.process(initRecord({}, { offset: 0 }), requestRecord({}, { offset: 0 }));
  const second = await driver.process(initRecord({ section: 'B' }, { offset: 1 }));
  return [first.images, second.images];
}

/** Has a partition apply one image, or what is made of it. */
function restore(
  partition: Partition,
  batch: FrameBatch | undefined,
  change: (bytes: Buffer) => void = () => undefined,
) {
  assert.ok(batch !== undefined);
  const copy = { ...batch, bytes: batch.bytes.slice(0) };
  change(Buffer.from(copy.bytes));
  const frame = framesOf(copy);
  assert.ok(frame.advance());
  return partition.restore(frame);
}

describe('a partition in its slot', () => {
  it('knows the furthest positions that any of its images carries', async () => {
    const { partition } = await Partition.open(0, new MemoryStores());
    assert.equal(partition.newestImage(), undefined);
    const [a, b] = await images();
    restore(partition, b);
    restore(partition, a);
    assert.deepEqual(partition.newestImage(), { init: 2, requests: 1 });
  });

  it('writes live sections as they stand, and removes those that are gone', async () => {
    const stores = new MemoryStores();
    const { partition } = await Partition.open(0, stores);
    const [a, b] = await images();
    restore(partition, a);
    restore(partition, b);
    partition.writeLive(new Set(['1-A', '1-B']));
    assert.deepEqual([...stores.of(0).images.keys()].sort(), ['1-A', '1-B']);
    partition.sections.delete(new SectionKey(1, 'A'));
    partition.writeLive(new Set(['1-A']));
    assert.deepEqual([...stores.of(0).images.keys()], ['1-B']);
  });

  it('is not restored from a damaged image: a person has to decide (78)', async () => {
    const { partition } = await Partition.open(3, new MemoryStores());
    const [a] = await images();
    const flip = (bytes: Buffer): void => {
      bytes.writeUInt8(bytes.readUInt8(32 + 64) ^ 1, 32 + 64);
    };
    assert.throws(() => restore(partition, a, flip), { exitCode: 78, message: /damaged image/ });
    const removeKey = (bytes: Buffer): void => {
      bytes.writeInt32LE(-1, 8);
    };
    assert.throws(() => restore(partition, a, removeKey), { exitCode: 78, message: /no key/ });
  });
});
