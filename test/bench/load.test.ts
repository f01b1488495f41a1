import assert from 'node:assert/strict';
import { AvroReader, AvroWriter } from '../../bench/avro.js';
import { Load } from '../../bench/input/load.js';
import { RequestFrames, writeInit } from '../../bench/input/records.js';
import { FrameWriter, framesOf } from '../../src/frames.js';
import { partitionOf } from '../support/murmur2.js';
import { initCodec, requestCodec } from '../support/wire.js';
import { idOf, requestOf, smallLoad, smallShape, userOf } from './outputs.js';

describe('bench: the load', () => {
  it('has ids that look like a UUID, differ, and tell their index', () => {
    const indices = [0, 1, 2, 255, 65_536, 999_999, 4_999_999];
    for (const index of indices) {
      assert.match(idOf(index), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
      assert.equal(requestOf(idOf(index)), index);
      assert.match(userOf(index), /^user\d{6}$/);
    }
    assert.equal(new Set(indices.map((index) => idOf(index).slice(9))).size, indices.length);
    assert.ok(Number.isNaN(requestOf('not-an-id')));
  });

  it('is the same for the same shape', () => {
    const [one, other] = [new Load(smallShape), new Load(smallShape)];
    assert.deepEqual(one.sectionOf, other.sectionOf);
    assert.deepEqual(one.seatCounts, other.seatCounts);
    assert.deepEqual(new Set(one.sectionOf).size, smallShape.sections);
    assert.deepEqual([...new Set(one.seatCounts)].sort(), [1, 2, 3, 4]);
  });

  it('writes requests that the contract reads, in the partition of their key', () => {
    const { load } = smallLoad();
    const frames = new RequestFrames(load);
    const writer = new FrameWriter();
    for (let request = 0; request < load.shape.requests; request++) frames.write(request, writer);
    const cursor = framesOf(writer.take());
    for (let request = 0; cursor.advance(); request++) {
      const { eventId, name } = load.section(request);
      assert.deepEqual(
        { ...requestCodec.decode(cursor.value() as Buffer) },
        {
          ...{ reservationId: idOf(request), eventId: BigInt(eventId), section: name, userId: userOf(request) },
          seatCount: load.seatCounts[request],
          timestamp: BigInt(load.timestampMs(request)),
        },
      );
      const key = cursor.key() as Buffer;
      assert.equal(key.toString(), `${eventId}-${name}`);
      assert.equal(cursor.partition, partitionOf(key, load.shape.partitions));
      assert.equal(cursor.timestampMs, load.timestampMs(request));
    }
  });

  it('inits its sections before the first request, with every other seat taken where it is fragmented', () => {
    const { load } = smallLoad({ fragmented: true });
    const writer = new FrameWriter();
    for (const index of load.sections.keys()) writeInit(load, index, writer);
    const cursor = framesOf(writer.take());
    for (const { name, partition } of load.sections) {
      assert.ok(cursor.advance());
      const { rows, seatsPerRow, initialReserved } = initCodec.decode(cursor.value() as Buffer);
      assert.equal(rows * seatsPerRow, load.shape.seatsPerSection);
      assert.equal(initialReserved.length, load.shape.seatsPerSection / 2);
      assert.equal(initialReserved[0], `${name}-2`);
      assert.equal(cursor.partition, partition);
      assert.ok(cursor.timestampMs < load.timestampMs(0));
    }
  });

  it('keeps the pace of its rate in its timestamps', () => {
    const load = new Load(smallShape, 20_000);
    assert.equal(load.timestampMs(399) - load.timestampMs(0), 19);
  });
});

describe('bench: Avro', () => {
  it('writes and reads numbers of every size', () => {
    const numbers = [0, -1, 1, 63, 64, -64, -65, 2 ** 31, -(2 ** 40), 2 ** 52, 1_736_942_400_000];
    const writer = new AvroWriter(Buffer.alloc(200));
    for (const number of numbers) writer.long(number);
    const reader = new AvroReader();
    reader.begin(writer.buffer, 0, writer.at);
    assert.deepEqual(
      numbers.map(() => reader.long()),
      numbers,
    );
    assert.ok(reader.atEnd);
  });

  it('refuses what ends too early', () => {
    const reader = new AvroReader();
    reader.begin(Buffer.from([0x80]), 0, 1);
    assert.throws(() => reader.long(), /ends within/);
    reader.begin(Buffer.from([0x08, 0x41]), 0, 2);
    assert.throws(() => reader.string(), /ends within/);
  });

  it('reads blocks that tell their size', () => {
    const reader = new AvroReader();
    reader.begin(Buffer.from([0x03, 0x04, 0x02, 0x41, 0x00, 0x00]), 0, 6);
    assert.equal(reader.block(), 2);
    assert.ok(reader.stringIs(Buffer.from('A')));
    assert.ok(reader.stringIs(Buffer.alloc(0)));
    assert.equal(reader.block(), 0);
  });
});
