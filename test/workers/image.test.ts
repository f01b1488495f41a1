import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { viewOf } from '../../workers/bytes.js';
import {
  decodeImage,
  encodeImage,
  ImageError,
  type ImageErrorCode,
  imagePositions,
  imageSizeBytes,
} from '../../workers/image.js';
import { SeatMap } from '../../workers/seat-map.js';

const key = crc32('7-Balcony');

type Sample = {
  rows: number;
  seatsPerRow: number;
  reserved: number[];
  taken: number[];
  init: number;
  requests: number;
  ms: number;
};

const sample: fc.Arbitrary<Sample> = fc.record({
  rows: fc.integer({ min: -1, max: 12 }),
  seatsPerRow: fc.integer({ min: -1, max: 20 }),
  reserved: fc.array(fc.nat(240), { maxLength: 20 }),
  taken: fc.array(fc.integer({ min: 1, max: 10 }), { maxLength: 20 }),
  init: fc.maxSafeNat(),
  requests: fc.maxSafeNat(),
  ms: fc.maxSafeInteger(),
});

function mapOf({ rows, seatsPerRow, reserved, taken }: Sample): SeatMap {
  const map = SeatMap.create(rows, seatsPerRow, reserved);
  for (const length of taken) map.allocate(length, 'section');
  return map;
}

function imageOf(one: Sample, map = mapOf(one)): Buffer {
  const target = Buffer.alloc(imageSizeBytes(map.seatCount), 0xff);
  encodeImage(viewOf(target), 0, key, map, { init: one.init, requests: one.requests }, one.ms);
  return target;
}

function codeOf(run: () => unknown): ImageErrorCode | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof ImageError, String(error));
    return error.code;
  }
}

const SMALL: Sample = {
  rows: 3,
  seatsPerRow: 11,
  reserved: [0, 5],
  taken: [3, 2],
  init: 7,
  requests: 2 ** 40,
  ms: 1_700_000_000_000,
};

/** A copy of SMALL's image with `change` applied and the checksum made right again. */
function forged(change: (bytes: Buffer) => void): Buffer {
  const bytes = imageOf(SMALL);
  change(bytes);
  bytes.writeUInt32LE(crc32(bytes.subarray(8), key), 4);
  return bytes;
}

describe("a section's image", () => {
  it('is read back as it was written, at any offset of a buffer, and touches no byte around it', () => {
    fc.assert(
      fc.property(sample, fc.nat(9), (one, at) => {
        const map = mapOf(one);
        const sizeBytes = imageSizeBytes(map.seatCount);
        const target = Buffer.alloc(at + sizeBytes + 5, 0xee);
        assert.equal(encodeImage(viewOf(target), at, key, map, one, one.ms), sizeBytes);
        assert.ok(target.subarray(0, at).every((byte) => byte === 0xee));
        assert.ok(target.subarray(at + sizeBytes).every((byte) => byte === 0xee));
        const bytes = new Uint8Array(target.buffer, target.byteOffset + at, sizeBytes);
        const image = decodeImage(key, bytes);
        assert.deepEqual(image.positions, { init: one.init, requests: one.requests });
        assert.deepEqual(imagePositions(bytes), image.positions);
        assert.equal(image.lastTimestampMs, one.ms);
        const { rows, seatsPerRow, seatCount, initiallyReserved, available, sold, words } = map;
        assert.deepEqual(
          [image.map.rows, image.map.seatsPerRow, image.map.seatCount, image.map.initiallyReserved],
          [rows, seatsPerRow, seatCount, initiallyReserved],
        );
        assert.deepEqual([image.map.available, image.map.sold, image.map.words], [available, sold, words]);
      }),
    );
  });

  it('owns its bitmap: the bytes it was read from can be reused', () => {
    const bytes = imageOf(SMALL);
    const { map } = decodeImage(key, bytes);
    bytes.fill(0);
    assert.deepEqual(map.words, mapOf(SMALL).words);
  });

  it('of the same section, positions and time is the same bytes', () => {
    fc.assert(fc.property(sample, (one) => assert.deepEqual(imageOf(one), imageOf(one))));
  });

  it('of 5,000 seats has 696 bytes', () => {
    assert.equal(imageSizeBytes(5000), 64 + 632);
    assert.equal(imageSizeBytes(0), 64);
    assert.equal(imageSizeBytes(1), 72);
    assert.equal(imageSizeBytes(65), 80);
  });

  it('with any single byte altered is refused', () => {
    const whole = imageOf(SMALL);
    for (let at = 0; at < whole.length; at += 1) {
      for (let flip = 1; flip < 256; flip += 1) {
        const damaged = Buffer.from(whole);
        damaged[at]! ^= flip;
        assert.notEqual(
          codeOf(() => decodeImage(key, damaged)),
          undefined,
          `byte ${at} ^ ${flip}`,
        );
      }
    }
  });

  it('cut short or grown is refused by its length', () => {
    const whole = imageOf(SMALL);
    for (let length = 0; length < whole.length; length += 1) {
      assert.equal(
        codeOf(() => decodeImage(key, whole.subarray(0, length))),
        'length',
      );
      assert.equal(
        codeOf(() => imagePositions(whole.subarray(0, length))),
        'length',
      );
    }
    assert.equal(
      codeOf(() => decodeImage(key, Buffer.concat([whole, Buffer.alloc(8)]))),
      'length',
    );
  });

  it('that is any other bytes throws an ImageError and nothing else', () => {
    const header = Buffer.from([1, 0, 64, 0]);
    const bytes = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(
        fc.oneof(
          bytes,
          bytes.map((tail) => Buffer.concat([header, tail])),
        ),
        (any) => {
          assert.notEqual(
            codeOf(() => decodeImage(key, any)),
            undefined,
          );
          codeOf(() => imagePositions(any));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('under the key of another section is refused', () => {
    const whole = forged(() => undefined);
    assert.doesNotThrow(() => decodeImage(key, whole));
    for (const other of ['7-Balcon', '7-Balconz', '8-Balcony', '']) {
      assert.equal(
        codeOf(() => decodeImage(crc32(other), whole)),
        'checksum',
      );
    }
  });

  it('that contradicts itself under a right checksum is refused', () => {
    const contradictions: ReadonlyArray<(bytes: Buffer) => void> = [
      (bytes) => bytes.writeInt32LE(2, 24),
      (bytes) => bytes.writeInt32LE(-11, 28),
      (bytes) => bytes.writeUInt32LE(27, 40),
      (bytes) => bytes.writeUInt32LE(25, 40),
      (bytes) => bytes.writeUInt32LE(8, 36),
      (bytes) => bytes.writeUInt32LE(0xffffffff, 36),
      (bytes) => bytes.writeUInt32LE(1, 44),
      (bytes) => bytes.writeUInt8(1, 63),
      (bytes) => bytes.writeUInt32LE(0x7fffffff, 12),
      (bytes) => bytes.writeBigInt64LE(-1n, 8),
      (bytes) => bytes.writeBigInt64LE(-5n, 16),
      (bytes) => bytes.writeUInt32LE(0x7fffffff, 52),
      (bytes) => {
        bytes.writeUInt8(bytes[68]! ^ 2, 68);
        bytes.writeUInt32LE(25, 40);
      },
    ];
    for (const [at, change] of contradictions.entries()) {
      assert.equal(
        codeOf(() => decodeImage(key, forged(change))),
        'inconsistent',
        `contradiction ${at}`,
      );
    }
    const padded = Buffer.from(imageOf({ ...SMALL, rows: 1, taken: [] }));
    padded.writeUInt8(1, padded.length - 1);
    padded.writeUInt32LE(crc32(padded.subarray(8), key), 4);
    assert.equal(
      codeOf(() => decodeImage(key, padded)),
      'inconsistent',
    );
    assert.equal(
      codeOf(() =>
        decodeImage(
          key,
          forged(() => undefined),
        ),
      ),
      undefined,
    );
  });

  it('of another format version or header is refused as such, under a right checksum too', () => {
    assert.equal(
      codeOf(() =>
        decodeImage(
          key,
          forged((bytes) => bytes.writeUInt16LE(2, 0)),
        ),
      ),
      'version',
    );
    assert.equal(
      codeOf(() =>
        decodeImage(
          key,
          forged((bytes) => bytes.writeUInt16LE(72, 2)),
        ),
      ),
      'version',
    );
    assert.equal(
      codeOf(() => imagePositions(forged((bytes) => bytes.writeUInt16LE(2, 0)))),
      'version',
    );
  });

  it('does not fit into a target that is too short', () => {
    const tooShort = new DataView(new ArrayBuffer(imageSizeBytes(33) - 1));
    assert.throws(() => encodeImage(tooShort, 0, key, mapOf(SMALL), SMALL, 0), RangeError);
  });
});
