import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  emptyFrameBatch,
  FRAME_BATCH_LIMIT_BYTES,
  FRAME_HEADER_BYTES,
  FrameCursor,
  FrameWriter,
  framesOf,
} from '../../src/frames.js';

const bytes = fc.uint8Array({ maxLength: 70 }).map((array) => Buffer.from(array));
const message = fc.record(
  {
    partition: fc.integer({ min: -1, max: 2 ** 31 - 1 }),
    topic: fc.integer({ min: 0, max: 2 ** 16 - 1 }),
    offset: fc.maxSafeInteger(),
    timestampMs: fc.maxSafeInteger(),
    value: fc.option(bytes),
    key: fc.option(bytes),
    headers: bytes,
  },
  { noNullPrototype: true },
);
type Message = typeof message extends fc.Arbitrary<infer Value> ? Value : never;

const broken = { exitCode: 70, message: /broken invariant/ };

function append(writer: FrameWriter, { value, key, headers, ...meta }: Message): void {
  writer.append(meta, value, key, headers);
}

function written(messages: readonly Message[], writer = new FrameWriter()): FrameWriter {
  for (const one of messages) append(writer, one);
  return writer;
}

function read(cursor: FrameCursor): Message[] {
  const messages: Message[] = [];
  while (cursor.advance()) {
    const { partition, topic, offset, timestampMs } = cursor;
    const [value, key] = [cursor.value(), cursor.key()].map((one) => (one === null ? null : Buffer.from(one)));
    messages.push({
      ...{ partition, topic, offset, timestampMs },
      ...{ value: value ?? null, key: key ?? null, headers: Buffer.from(cursor.headers()) },
    });
  }
  return messages;
}

const sample: Message = {
  ...{ partition: 3, topic: 1, offset: 5, timestampMs: 6 },
  ...{ value: Buffer.from('value'), key: Buffer.from('key'), headers: Buffer.from('h') },
};

describe('frames', () => {
  it('give back every message as it was written, null and empty values and keys apart, however much the buffer grew', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 60 }), fc.integer({ min: 0, max: 5_000 }), (messages, expected) => {
        const writer = written(messages, new FrameWriter(expected));
        assert.equal(writer.count, messages.length);
        const batch = writer.take();
        assert.equal(batch.count, messages.length);
        assert.deepEqual(read(framesOf(batch)), messages);
      }),
    );
  });

  it('tell where they begin and end, aligned to 8 bytes and without gaps', () => {
    fc.assert(
      fc.property(fc.array(message), (messages) => {
        const batch = written(messages).take();
        const cursor = framesOf(batch);
        let end = 0;
        while (cursor.advance()) {
          assert.equal(cursor.frameStart, end);
          assert.equal(cursor.frameEnd % 8, 0);
          assert.equal(cursor.hasValue, cursor.value() !== null);
          assert.equal(cursor.hasKey, cursor.key() !== null);
          end = cursor.frameEnd;
        }
        assert.equal(end, batch.sizeBytes);
      }),
    );
  });

  it('are copied whole from batch to batch, also at another place of a buffer', () => {
    fc.assert(
      fc.property(fc.array(message), fc.array(message), fc.array(message), (before, middle, after) => {
        const source = written([...before, ...middle, ...after]);
        const start = written(before).sizeBytes;
        const target = written(after);
        target.copy(source.buffer, start, start + written(middle).sizeBytes, middle.length);
        assert.equal(target.count, after.length + middle.length);
        assert.deepEqual(read(framesOf(target.take())), [...after, ...middle]);
      }),
    );
  });

  it('are written in two steps as in one', () => {
    const writer = new FrameWriter();
    const at = writer.reserve(100);
    writer.buffer.write('valuekeyh', at);
    writer.finish(sample, 5, 3, 1);
    append(writer, sample);
    assert.deepEqual(read(framesOf(writer.take())), [sample, sample]);
  });

  it('are taken as a buffer of their own, and the writer begins anew', () => {
    const writer = written([sample]);
    const first = writer.take();
    assert.equal(writer.count, 0);
    assert.equal(writer.sizeBytes, 0);
    append(writer, { ...sample, offset: 9 });
    const second = writer.take();
    structuredClone(first.bytes, { transfer: [first.bytes] });
    assert.equal(first.bytes.byteLength, 0);
    assert.deepEqual(read(framesOf(second)), [{ ...sample, offset: 9 }]);
  });

  it('are forgotten at will, and the buffer is written anew', () => {
    const writer = written([sample, sample]);
    const { buffer } = writer;
    writer.clear();
    assert.deepEqual([writer.count, writer.sizeBytes], [0, 0]);
    append(writer, { ...sample, offset: 9 });
    assert.equal(writer.buffer, buffer);
    assert.deepEqual(read(framesOf(writer.take())), [{ ...sample, offset: 9 }]);
  });

  it('that are produced have neither offset nor headers', () => {
    const writer = new FrameWriter();
    const at = writer.reserve(100);
    writer.buffer.write('valuekey', at);
    writer.finishOutput(3, 6, 5, 3);
    assert.deepEqual(read(framesOf(writer.take())), [{ ...sample, topic: 0, offset: 0, headers: Buffer.alloc(0) }]);
  });

  it('of an empty batch are none', () => {
    assert.deepEqual(new FrameWriter(1_000).take(), emptyFrameBatch());
    assert.deepEqual(read(framesOf(emptyFrameBatch())), []);
  });

  it('of a part of a buffer end where the part does', () => {
    const { buffer } = written([sample, sample, sample]);
    const sizeBytes = written([sample]).sizeBytes;
    assert.equal(read(new FrameCursor(buffer, sizeBytes, 2 * sizeBytes)).length, 1);
    assert.throws(() => new FrameCursor(buffer, 0, buffer.length + 1), broken);
    assert.throws(() => new FrameCursor(buffer, 8, 0), broken);
  });

  it('that claim more than their batch holds are an assertion, whatever the claim', () => {
    const sizes = fc.oneof(fc.integer({ min: 4_096, max: 2 ** 31 - 1 }), fc.constantFrom(2 ** 31 - 1, 2 ** 31 - 40));
    fc.assert(
      fc.property(sizes, fc.option(sizes), fc.boolean(), (size, other, isKey) => {
        const { buffer, sizeBytes } = written([sample, sample]);
        buffer.writeInt32LE(size, isKey ? 8 : 4);
        if (other !== null) buffer.writeInt32LE(other, isKey ? 4 : 8);
        assert.throws(() => read(new FrameCursor(buffer, 0, sizeBytes)), broken);
      }),
    );
  });

  it('with sizes below -1 are an assertion, read and written', () => {
    for (const at of [4, 8]) {
      const { buffer, sizeBytes } = written([sample]);
      buffer.writeInt32LE(-2, at);
      assert.throws(() => read(new FrameCursor(buffer, 0, sizeBytes)), broken);
    }
    const writer = new FrameWriter();
    writer.reserve(8);
    assert.throws(() => writer.finish(sample, -2, -1), broken);
    assert.throws(() => writer.finish(sample, -1, -2), broken);
  });

  it('take no more headers than their size can tell', () => {
    const headers = Buffer.alloc(65_535);
    assert.deepEqual(read(framesOf(written([{ ...sample, headers }]).take())), [{ ...sample, headers }]);
    assert.throws(() => written([{ ...sample, headers: Buffer.alloc(65_536) }]), broken);
  });

  it('that are cut off are an assertion, wherever they are cut', () => {
    const { buffer, sizeBytes } = written([sample]);
    for (let end = 1; end < sizeBytes; end += 1) {
      assert.throws(() => read(new FrameCursor(buffer, 0, end)), broken, `cut at ${end}`);
    }
    assert.equal(sizeBytes, FRAME_HEADER_BYTES + 16);
  });

  it('finished beyond the room that was reserved for them are an assertion', () => {
    const writer = new FrameWriter();
    writer.reserve(8);
    assert.throws(() => writer.finish(sample, 8_192, -1), broken);
  });

  it('beyond the largest batch end the process with what to change', () => {
    assert.throws(() => new FrameWriter().reserve(FRAME_BATCH_LIMIT_BYTES), {
      exitCode: 70,
      message: /lower batch\.maxMessages/,
    });
  });
});
