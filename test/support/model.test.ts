import assert from 'node:assert/strict';
import { defaultRules, type Rules, SeatModel } from './model.js';
import type { Init, Request } from './wire.js';

const section = { eventId: 7n, section: 'A-1' };
const init = (rows: number, seatsPerRow: number, initialReserved: string[] = []): Init => ({
  ...section,
  rows,
  seatsPerRow,
  initialReserved,
});
const request = (seatCount: number): Request => ({
  ...section,
  seatCount,
  reservationId: 'r',
  userId: 'u',
  timestamp: 0n,
});
const modelOf = (command: Init, rules: Partial<Rules> = {}): SeatModel => {
  const model = new SeatModel({ ...defaultRules, ...rules });
  assert.equal(model.init(command), 'done');
  return model;
};
const rejected = { status: 'REJECTED', seats: [] };
const confirmed = (...seats: number[]) => ({ status: 'CONFIRMED', seats: seats.map((seat) => `A-1-${seat}`) });

describe('reference model', () => {
  it('grants the lowest-numbered run that is long enough, counted from 1', () => {
    const model = modelOf(init(2, 5, ['A-1-2', 'A-1-6']));
    assert.deepEqual(model.request(request(2)), confirmed(3, 4));
    assert.deepEqual(model.request(request(2)), confirmed(7, 8));
    assert.deepEqual(model.request(request(1)), confirmed(1));
    assert.equal(model.available(section), 3);
  });

  it('joins the end of a row and the start of the next under section adjacency, not under row', () => {
    const reserved = ['A-1-1', 'A-1-2'];
    assert.deepEqual(modelOf(init(2, 3, reserved)).request(request(2)), confirmed(3, 4));
    assert.deepEqual(modelOf(init(2, 3, reserved), { adjacency: 'row' }).request(request(2)), confirmed(4, 5));
    assert.deepEqual(modelOf(init(2, 3, reserved), { adjacency: 'row' }).request(request(4)), rejected);
  });

  it('rejects zero, negative, more than is free, more than a run has, more than the limit, an unknown section', () => {
    const model = modelOf(init(1, 5, ['A-1-3']), { seatsPerRequest: 4 });
    for (const count of [0, -1, 3, 5, 2 ** 31 - 1, -(2 ** 31)])
      assert.deepEqual(model.request(request(count)), rejected);
    assert.deepEqual(modelOf(init(1, 9), { seatsPerRequest: 4 }).request(request(5)), rejected);
    assert.deepEqual(new SeatModel().request(request(1)), rejected);
    assert.equal(model.available(section), 4);
  });

  it('ignores unknown and repeated reserved names; rows or seats at or below zero give an empty section', () => {
    const model = modelOf(init(1, 4, ['A-1-2', 'A-1-2', 'A-1-0', 'A-1-5', 'A-1-02', 'B-1-1']));
    assert.equal(model.available(section), 3);
    for (const [rows, seats] of [
      [0, 5],
      [5, 0],
      [-1, 5],
      [-3, -3],
      [-1, 2 ** 31 - 1],
    ] as const) {
      assert.equal(modelOf(init(rows, seats)).available(section), 0);
    }
  });

  it('replaces a sold section, or refuses to when the rules say so; reserved seats are not sold ones', () => {
    const replacing = modelOf(init(1, 4));
    replacing.request(request(2));
    assert.equal(replacing.init(init(1, 3)), 'done');
    assert.deepEqual(replacing.request(request(1)), confirmed(1));
    const refusing = modelOf(init(1, 4, ['A-1-1']), { onSold: 'refuse' });
    assert.equal(refusing.init(init(1, 6, ['A-1-1'])), 'done');
    refusing.request(request(2));
    assert.equal(refusing.init(init(1, 4)), 'refused');
    assert.equal(refusing.available(section), 3);
  });

  it('keeps a section as it was when a command is over a limit', () => {
    const model = modelOf(init(1, 4), { seatsPerSection: 10 });
    assert.equal(model.init(init(1, 11)), 'limit');
    assert.equal(model.init(init(2 ** 31 - 1, 2 ** 31 - 1)), 'limit');
    assert.equal(model.available(section), 4);
    assert.equal(model.init({ ...init(1, 1), section: 'é'.repeat(257) }), 'limit');
  });
});
