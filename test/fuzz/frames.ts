import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { FatalError } from '../../src/errors.js';
import { type FrameBatch, FrameCursor, FrameWriter } from '../../src/frames.js';
import { readHeaders, writeHeaders } from '../../src/headers.js';
import type { Random } from '../support/random.js';
import { damagedFrames, headersOf, messages } from './frame-inputs.js';
import { mutated, randomBytes } from './mutate.js';
import { type NaiveFrame, naiveFrame, naiveFrames, naiveHeaders } from './naive-frames.js';
import { type Outcome, pureTarget } from './target.js';

/** Runs what may stop at an assertion; true when it did. Anything else that is thrown is a finding. */
function isBroken(work: () => void): boolean {
  try {
    work();
    return false;
  } catch (error) {
    assert.ok(error instanceof FatalError && error.message.startsWith('broken invariant'), String(error));
    return true;
  }
}

/** Frames within a buffer that goes on before and behind them, and how they were damaged. */
type FramesInput = { readonly bytes: Buffer; readonly before: Buffer; readonly after: Buffer };

const framesInput = (random: Random): FramesInput => ({
  bytes: damagedFrames(random, 4),
  before: randomBytes(random, random.pick([0, 8, random.whole(0, 20)])),
  after: randomBytes(random, random.pick([0, 0, random.whole(1, 40)])),
});

function checkCursor({ bytes, before, after }: FramesInput): Outcome {
  const buffer = Buffer.allocUnsafeSlow(before.length + bytes.length + after.length);
  Buffer.concat([before, bytes, after]).copy(buffer);
  const expected = naiveFrames(bytes);
  const cursor = new FrameCursor(buffer, before.length, before.length + bytes.length);
  const frames: NaiveFrame[] = [];
  const isDamaged = isBroken(() => {
    let end = before.length;
    while (cursor.advance()) {
      assert.equal(cursor.frameStart, end, 'frames follow each other');
      assert.ok(cursor.frameEnd > end, 'a frame ends behind its beginning');
      end = cursor.frameEnd;
      frames.push(readFrame(cursor));
    }
  });
  assert.equal(isDamaged, expected.isDamaged);
  assertSame(frames, expected.frames);
  return isDamaged ? 'refused' : 'accepted';
}

const readFrame = (cursor: FrameCursor): NaiveFrame => {
  const { partition, topic, offset, timestampMs } = cursor;
  return { partition, topic, offset, timestampMs, value: cursor.value(), key: cursor.key(), headers: cursor.headers() };
};

function assertSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) assert.deepEqual(actual, expected);
}

export const framesTarget = pureTarget('frames', 'damaged frame batches: FrameCursor against a naive walk', {
  generate: framesInput,
  check: checkCursor,
  show: ({ bytes, before, after }: FramesInput) =>
    [before, bytes, after].map((part) => part.toString('hex')).join(' | '),
});

/** Messages, and where a batch of them is cut in two that are joined again. */
type WriterInput = {
  readonly all: readonly NaiveFrame[];
  readonly cut: number;
  readonly expectedBytes: number;
  /** Of one more message: beyond what a frame can tell the size of, unless it is undefined. */
  readonly headerBytes: number | undefined;
};

function checkWriter({ all, cut, expectedBytes, headerBytes }: WriterInput): Outcome {
  if (headerBytes !== undefined) {
    const meta = { partition: 0, topic: 0, offset: 0, timestampMs: 0 };
    const tooMany = { ...meta, value: null, key: null, headers: Buffer.alloc(headerBytes) };
    assert.ok(
      isBroken(() => void written([...all, tooMany], expectedBytes)),
      'headers that are too long are not written',
    );
    return 'refused';
  }
  assertHolds(written(all, expectedBytes), all);
  const joined = new FrameWriter(expectedBytes);
  for (const part of [all.slice(0, cut), all.slice(cut)]) {
    const { bytes, sizeBytes, count } = written(part, 0);
    joined.copy(Buffer.from(bytes), 0, sizeBytes, count);
  }
  assertHolds(joined.take(), all);
  return 'accepted';
}

function written(all: readonly NaiveFrame[], expectedBytes: number): FrameBatch {
  const writer = new FrameWriter(expectedBytes);
  for (const { value, key, headers, ...meta } of all) writer.append(meta, value, key, headers);
  return writer.take();
}

function assertHolds({ bytes, sizeBytes, count }: FrameBatch, all: readonly NaiveFrame[]): void {
  const { frames, isDamaged } = naiveFrames(Buffer.from(bytes, 0, sizeBytes));
  assert.deepEqual([isDamaged, count], [false, all.length]);
  assertSame(frames, all);
}

export const writerTarget = pureTarget(
  'writer',
  'messages: FrameWriter, and copies of its batches, read by a naive walk',
  {
    generate: (random: Random): WriterInput => ({
      all: messages(random, 2 ** 31),
      cut: random.whole(0, 5),
      expectedBytes: random.pick([0, 100, 5_000]),
      headerBytes: random.next() < 0.1 ? random.pick([65_536, 65_537, 70_000]) : undefined,
    }),
    check: checkWriter,
    show: ({ all }: WriterInput) => Buffer.concat(all.map(naiveFrame)).toString('hex'),
  },
);

function checkHeaders(bytes: Buffer): Outcome {
  const expected = naiveHeaders(bytes);
  let read: ReturnType<typeof readHeaders> = [];
  const isDamaged = isBroken(() => {
    read = readHeaders(bytes);
  });
  assert.equal(isDamaged, expected === undefined);
  if (expected === undefined) return 'refused';
  const pairs = read.flatMap((header) => Object.entries(header));
  assertSame(
    pairs,
    expected.map(([name, value]) => [name.toString(), value]),
  );
  const texts = pairs.map(([name, value]) => [name, value.toString()] as const);
  assert.notEqual(naiveHeaders(writeHeaders(texts)), undefined, 'whatever headers are written are whole');
  return 'accepted';
}

export const headersTarget = pureTarget('headers', 'damaged headers of a record: readHeaders against a naive walk', {
  generate: (random: Random): Buffer => {
    const bytes = headersOf(random);
    return random.next() < 0.2
      ? bytes
      : mutated(random, bytes, { others: [headersOf(random)], words: [Buffer.of(1, 97, 0, 0)] });
  },
  check: checkHeaders,
  show: (bytes: Buffer) => bytes.toString('hex'),
});
