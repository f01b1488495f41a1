import assert from 'node:assert/strict';
import { FramePool } from '../../src/frame-pool.js';
import { FrameWriter } from '../../src/frames.js';

const memory = (kB: number): ArrayBuffer => new ArrayBuffer(kB * 1024);
const sizesOf = (buffers: readonly (ArrayBuffer | undefined)[]): unknown[] =>
  buffers.map((buffer) => buffer && buffer.byteLength / 1024);

describe('the memory of frame batches', () => {
  it('is given to one only, the smallest that has the room', () => {
    const pool = new FramePool();
    pool.give(memory(256), memory(64), memory(128));
    const taken = [100_000, 1, 1, 1].map((sizeBytes) => pool.take(sizeBytes));
    assert.deepEqual(sizesOf(taken), [128, 64, 256, undefined]);
    assert.equal(new Set(taken).size, 4);
  });

  it('is given from the largest on to who does not know yet how much it needs', () => {
    const pool = new FramePool();
    pool.give(memory(256), memory(64), memory(128));
    assert.deepEqual(sizesOf(pool.takeLargest(2)), [128, 256]);
    assert.deepEqual(sizesOf(pool.takeLargest(2)), [64]);
    assert.deepEqual(pool.takeLargest(2), []);
  });

  it('is kept within limits: 12 of the largest, none below 64 kB and none above 16 MB', () => {
    const pool = new FramePool();
    pool.give(undefined, memory(63), memory(16 * 1024 + 1), ...Array.from({ length: 20 }, (_, at) => memory(64 + at)));
    assert.equal(pool.count, 12);
    assert.deepEqual(
      sizesOf(pool.takeLargest(20)),
      Array.from({ length: 12 }, (_, at) => 72 + at),
    );
  });

  it('that changed hands is not kept', () => {
    const pool = new FramePool();
    const buffer = memory(64);
    structuredClone(buffer, { transfer: [buffer] });
    pool.give(buffer);
    assert.equal(pool.count, 0);
  });

  it('is what a writer writes into, which gives back what it has outgrown', () => {
    const pool = new FramePool();
    const [small, large] = [memory(64), memory(256)];
    pool.give(small, large);
    const writer = new FrameWriter(0, pool);
    const meta = { partition: 0, topic: 0, offset: 0, timestampMs: 1 };
    writer.append(meta, Buffer.alloc(40_000), null);
    assert.equal(pool.count, 1);
    writer.append(meta, Buffer.alloc(40_000), null);
    assert.equal(writer.take().bytes, large);
    assert.equal(pool.take(1), small);
  });
});
