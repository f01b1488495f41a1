import assert from 'node:assert/strict';
import { FramePool } from '../../../src/frame-pool.js';
import { InputTopic } from '../../../src/frames.js';
import { RunPacker } from '../../../src/kafka/runs.js';
import { Assignment } from '../../../src/pipeline/assignment.js';
import { dispatchBatch } from '../../../src/pipeline/batch.js';
import { metadataOf } from '../../support/fakes/input.js';
import { readFrames } from '../../support/fakes/records.js';
import { slotSettings } from '../../support/fakes/settings.js';
import { FakeSlots } from '../../support/fakes/slots.js';
import { MemoryStores } from '../../support/fakes/stores.js';

const { init, requests } = InputTopic;
const ready = (partition: number) => ({ partition, start: { init: 3, requests: 7 }, changelogPosition: 0 });

/** Partitions 0 to 3, each with `count` requests from offset 7 on and its inits at their end. */
function assignmentWith(count: number): Assignment {
  const assignment = new Assignment([0, 1, 2, 3].map(ready), metadataOf(1));
  const packer = new RunPacker();
  for (let partition = 0; partition < 4; partition += 1) {
    for (let offset = 7; offset < 7 + count; offset += 1) {
      packer.message(requests, { ...{ topic: '', partition, offset, size: 1 }, key: null, value: null, timestamp: 5 });
    }
    packer.end({ topic: init, partition, offset: 3 });
  }
  assignment.add(packer.take());
  return assignment;
}

describe('a batch that is dispatched', () => {
  let slots: FakeSlots;
  beforeEach(() => {
    slots = new FakeSlots(slotSettings(), new MemoryStores());
  });

  it('is split by slot, partition by partition, each with where it begins, ends and leaves its inputs', () => {
    const batch = dispatchBatch(assignmentWith(3), slots, 1_000, 9, new FramePool());
    assert.deepEqual([batch?.messages, batch?.epoch], [12, 9]);
    const positions = { init: 3, requests: 10 };
    assert.deepEqual(
      [...(batch?.ends ?? [])].sort(),
      [0, 1, 2, 3].map((partition) => [partition, positions]),
    );
    for (const [slot, { parts, frames }] of slots.given('process').entries()) {
      assert.deepEqual(
        parts.map(({ partition }) => partition),
        [slot, slot + 2],
      );
      assert.deepEqual(
        parts.map(({ start, end }) => [start, end]),
        [
          [0, frames.sizeBytes / 2],
          [frames.sizeBytes / 2, frames.sizeBytes],
        ],
      );
      const read = readFrames(frames).map(({ partition, offset }) => `${partition}@${offset}`);
      assert.deepEqual(
        read,
        [slot, slot + 2].flatMap((partition) => [7, 8, 9].map((offset) => `${partition}@${offset}`)),
      );
    }
  });

  it('is limited, loses nothing at the limit, and lets no partition wait for ever', () => {
    const assignment = assignmentWith(5);
    const taken: string[] = [];
    const sizes: number[] = [];
    for (;;) {
      const batch = dispatchBatch(assignment, slots, 4, 0, new FramePool());
      if (batch === undefined) break;
      sizes.push(batch.messages);
    }
    for (const { frames } of slots.given('process')) {
      taken.push(...readFrames(frames).map(({ partition, offset }) => `${partition}@${offset}`));
    }
    assert.deepEqual(sizes, [4, 4, 4, 4, 4]);
    assert.equal(new Set(taken).size, 20);
    assert.equal(assignment.touched.size, 0);
    const first = new Set(taken.slice(0, 16).map((one) => one.slice(0, 1)));
    assert.equal(first.size, 4);
  });

  it('is none when nothing passes the merges', () => {
    const assignment = new Assignment([ready(0)], metadataOf(1));
    assert.equal(dispatchBatch(assignment, slots, 10, 0, new FramePool()), undefined);
    assert.deepEqual(slots.tasks, []);
  });

  it('whose worker fails is not an unhandled rejection before its turn to commit comes', async () => {
    const batch = dispatchBatch(assignmentWith(1), slots, 10, 0, new FramePool());
    await slots.idle();
    for (const { result } of batch?.slots ?? []) await assert.rejects(result, { exitCode: 70 });
  });
});
