import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FatalError } from '../../src/errors.js';
import { type Adjacency, SeatMap, seatCountOf } from '../../workers/seat-map.js';

/** The naive model of a section: an array of booleans, searched from its first seat each time. */
class NaiveMap {
  readonly free: boolean[];

  constructor(
    rows: number,
    readonly seatsPerRow: number,
    reserved: readonly number[],
  ) {
    this.free = new Array<boolean>(rows > 0 && seatsPerRow > 0 ? rows * seatsPerRow : 0).fill(true);
    for (const seat of reserved) if (this.free[seat]) this.free[seat] = false;
  }

  get available(): number {
    return this.free.filter(Boolean).length;
  }

  allocate(length: number, adjacency: Adjacency): number {
    if (length <= 0) return -1;
    for (let start = 0; start + length <= this.free.length; start += 1) {
      const last = start + length - 1;
      const crosses = Math.floor(start / this.seatsPerRow) !== Math.floor(last / this.seatsPerRow);
      if (adjacency === 'row' && crosses) continue;
      if (!this.free.slice(start, last + 1).every(Boolean)) continue;
      this.free.fill(false, start, last + 1);
      return start;
    }
    return -1;
  }
}

const adjacency = fc.constantFrom<Adjacency>('section', 'row');
const length = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -1, max: 8 }) },
  { weight: 2, arbitrary: fc.integer({ min: 9, max: 40 }) },
  { weight: 1, arbitrary: fc.integer({ min: 41, max: 100 }) },
);
const shape = fc.oneof(
  fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 40 })),
  fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 60, max: 150 })),
  fc.tuple(fc.integer({ min: 1, max: 150 }), fc.integer({ min: 1, max: 4 })),
);

function assertSame(map: SeatMap, naive: NaiveMap): void {
  assert.equal(map.available, naive.available);
  assert.deepEqual(
    naive.free.map((_, seat) => map.isFree(seat)),
    naive.free,
  );
}

describe('the seat map', () => {
  it('allocates as the naive model does, through whole sequences, in either adjacency and both mixed', () => {
    const step = fc.record({ length, mode: adjacency });
    fc.assert(
      fc.property(
        shape,
        fc.array(fc.integer({ min: -5, max: 500 }), { maxLength: 60 }),
        fc.option(adjacency),
        fc.array(step, { minLength: 1, maxLength: 120 }),
        fc.nat(119),
        ([rows, seatsPerRow], reserved, fixed, steps, restoreAt) => {
          let map = SeatMap.create(rows, seatsPerRow, reserved);
          const naive = new NaiveMap(rows, seatsPerRow, reserved);
          const initiallyReserved = map.seatCount - naive.available;
          assert.equal(map.initiallyReserved, initiallyReserved);
          steps.forEach((one, at) => {
            if (at === restoreAt) map = SeatMap.restore(rows, seatsPerRow, map.initiallyReserved, map.words.slice());
            const mode = fixed ?? one.mode;
            assert.equal(map.allocate(one.length, mode), naive.allocate(one.length, mode));
            assert.equal(map.available, naive.available);
            assert.equal(map.sold, map.seatCount - initiallyReserved - map.available);
          });
          assertSame(map, naive);
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('sells each seat once until it is full, one seat at a time', () => {
    const map = SeatMap.create(10, 33, [0, 7, 329]);
    const sold = new Set<number>();
    for (let seat = map.allocate(1, 'section'); seat >= 0; seat = map.allocate(1, 'section')) {
      assert.ok(!sold.has(seat));
      sold.add(seat);
    }
    assert.equal(sold.size, 327);
    assert.equal(map.available, 0);
    assert.equal(map.sold, 327);
  });

  it('lets a run go on into the next row in section adjacency, and not in row adjacency', () => {
    assert.equal(SeatMap.create(2, 10, [0, 1, 2, 3, 4, 5, 6, 7, 8, 15]).allocate(4, 'section'), 9);
    assert.equal(SeatMap.create(2, 10, [0, 1, 2, 3, 4, 5, 6, 7, 8, 15]).allocate(4, 'row'), 10);
    assert.equal(SeatMap.create(3, 10, []).allocate(11, 'section'), 0);
    assert.equal(SeatMap.create(3, 10, []).allocate(11, 'row'), -1);
  });

  it('refuses nothing, less than nothing and more seats than are free', () => {
    const map = SeatMap.create(2, 5, [9]);
    for (const refused of [0, -1, -(2 ** 31), 10, 2 ** 31 - 1]) {
      assert.equal(map.allocate(refused, 'section'), -1);
      assert.equal(map.allocate(refused, 'row'), -1);
    }
    assert.equal(map.available, 9);
    assert.equal(map.allocate(9, 'section'), 0);
  });

  it('is empty when rows or seats per row are not positive', () => {
    for (const [rows, seatsPerRow] of [
      [0, 5],
      [5, 0],
      [-3, 5],
      [5, -3],
      [-3, -5],
    ] as const) {
      const map = SeatMap.create(rows, seatsPerRow, [0, 1]);
      assert.deepEqual([map.seatCount, map.available, map.initiallyReserved, map.sold], [0, 0, 0, 0]);
      assert.equal(map.allocate(1, 'section'), -1);
      assert.equal(map.allocate(1, 'row'), -1);
      assert.equal(map.isFree(0), false);
      assert.equal(SeatMap.restore(rows, seatsPerRow, 0, new Uint32Array(0)).seatCount, 0);
    }
  });

  it('ignores reserved seats that are out of range or repeated', () => {
    const map = SeatMap.create(1, 40, [3, 3, 39, 40, 41, 63, 64, -1, 0.5, Number.NaN, 2 ** 32, 2 ** 32 + 5]);
    assert.equal(map.initiallyReserved, 2);
    assert.equal(map.available, 38);
    assert.equal(map.isFree(3), false);
    assert.equal(map.isFree(5), true);
    assert.equal(map.isFree(40), false);
    assert.equal(map.isFree(-1), false);
  });

  it('never sets a bit beyond its last seat', () => {
    for (let seats = 1; seats <= 130; seats += 1) {
      const map = SeatMap.create(1, seats, []);
      assert.equal(map.available, seats);
      assert.equal(map.words.length, Math.ceil(seats / 32));
      assert.equal(map.allocate(seats, 'row'), 0);
      assert.ok(map.words.every((word) => word === 0));
    }
  });

  it('refuses to be restored from words that contradict the section', () => {
    const isInvariant = (error: unknown): boolean => error instanceof FatalError && error.exitCode === 70;
    assert.throws(() => SeatMap.restore(2, 20, 0, new Uint32Array(1)), isInvariant);
    assert.throws(() => SeatMap.restore(2, 20, 0, new Uint32Array([0, 0x100])), isInvariant);
    assert.throws(() => SeatMap.restore(2, 20, 1, new Uint32Array([0xffffffff, 0xff])), isInvariant);
    assert.equal(SeatMap.restore(2, 20, 1, new Uint32Array([0xfffffffe, 0xff])).available, 39);
  });

  it('counts the seats of absurd sections without overflow, and does not create them', () => {
    assert.ok(seatCountOf(2 ** 31 - 1, 2 ** 31 - 1) > 2 ** 61);
    assert.equal(seatCountOf(-(2 ** 31), 2 ** 31 - 1), 0);
    assert.throws(() => SeatMap.create(2 ** 31 - 1, 2, []), FatalError);
  });
});
