import assert from 'node:assert/strict';
import { FrameCursor, FrameWriter } from '../../../src/frames.js';
import type { ConsumedEvent } from '../../../src/kafka/runs.js';
import { splitBySlot } from '../../../src/standby/parts.js';
import { slotSettings } from '../../support/fakes/settings.js';
import { FakeSlots } from '../../support/fakes/slots.js';
import { MemoryStores } from '../../support/fakes/stores.js';

const slots = new FakeSlots(slotSettings(), new MemoryStores(), 2);

function run(partition: number, ...offsets: number[]): ConsumedEvent {
  const writer = new FrameWriter();
  for (const offset of offsets) writer.append({ partition, topic: 0, offset, timestampMs: 0 }, null, null);
  const { buffer, sizeBytes: end, count } = writer;
  const [firstOffset, lastOffset] = [offsets[0] ?? 0, offsets.at(-1) ?? 0];
  return { run: { topic: 0, partition, buffer, start: 0, end, count, firstOffset, lastOffset } };
}
const end = (partition: number, offset: number): ConsumedEvent => ({ end: { topic: 0, partition, offset } });

/** By slot, then partition: its offsets, and the position behind them. */
function split(events: ConsumedEvent[], isFollowed = (_: number) => true): unknown {
  const all = splitBySlot(events, slots, isFollowed).map(({ slot, parts, frames }) => {
    const shown = parts.map(({ partition, start, end: to, changelogPosition }) => {
      const offsets: number[] = [];
      const cursor = new FrameCursor(Buffer.from(frames.bytes), start, to);
      while (cursor.advance()) {
        assert.equal(cursor.partition, partition);
        offsets.push(cursor.offset);
      }
      return [partition, { offsets, changelogPosition }] as const;
    });
    return [slot, Object.fromEntries(shown)] as const;
  });
  return Object.fromEntries(all);
}

describe('what a standby read', () => {
  it('is sorted by slot and partition, each in its order however it was interleaved', () => {
    const events = [run(0, 4, 5), run(1, 7), run(2, 1), run(0, 9), run(2, 2, 3)];
    assert.deepEqual(split(events), {
      0: { 0: { offsets: [4, 5, 9], changelogPosition: 10 }, 2: { offsets: [1, 2, 3], changelogPosition: 4 } },
      1: { 1: { offsets: [7], changelogPosition: 8 } },
    });
  });

  it('reaches to the end that was told behind it, and no further than its last record otherwise', () => {
    assert.deepEqual(split([run(0, 4), end(0, 6)]), { 0: { 0: { offsets: [4], changelogPosition: 6 } } });
    assert.deepEqual(split([end(0, 4), run(0, 4)]), { 0: { 0: { offsets: [4], changelogPosition: 5 } } });
    assert.deepEqual(split([run(0, 4), end(0, 5), run(0, 5)]), { 0: { 0: { offsets: [4, 5], changelogPosition: 6 } } });
  });

  it('is nothing where there was no record, or of partitions that are not followed', () => {
    assert.deepEqual(split([end(0, 4), end(1, 5)]), {});
    assert.deepEqual(
      split([run(0, 1), run(1, 1)], (partition) => partition === 1),
      { 1: { 1: { offsets: [1], changelogPosition: 2 } } },
    );
  });
});
