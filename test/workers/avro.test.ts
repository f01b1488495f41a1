import assert from 'node:assert/strict';
import fc from 'fast-check';
import { schemas } from '../../src/schemas.js';
import { compile, isPlain } from '../../workers/avro.js';

const status = compile('SectionStatusEvent');
const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const statusOf = (eventId: number | bigint, timestamp: number | bigint) => ({
  eventId,
  section: 'A',
  availableCount: 1,
  timestamp,
});

describe('the two variants of a type', () => {
  it('write the same bytes and read the same value for every plain long', () => {
    const plain = fc.oneof(fc.integer({ min: -(2 ** 52), max: 2 ** 52 }), fc.constantFrom(-(2 ** 52), 2 ** 52, 0, -1));
    fc.assert(
      fc.property(plain, plain, (eventId, timestamp) => {
        assert.ok(isPlain(eventId) && isPlain(timestamp));
        const value = statusOf(eventId, timestamp);
        const bytes = status.plain.toBuffer(value);
        assert.deepEqual(status.wide.toBuffer(value), bytes);
        assert.deepEqual({ ...status.plain.fromBuffer(bytes) }, value);
        assert.deepEqual({ ...status.wide.fromBuffer(bytes) }, value);
      }),
    );
  });

  it('differ where the plain one is wrong: the wide one keeps all 64 bits', () => {
    fc.assert(
      fc.property(long, long, (eventId, timestamp) => {
        const decoded = status.wide.fromBuffer(status.wide.toBuffer(statusOf(eventId, timestamp)));
        assert.deepEqual([BigInt(decoded.eventId), BigInt(decoded.timestamp)], [eventId, timestamp]);
        for (const value of [decoded.eventId, decoded.timestamp]) {
          assert.equal(typeof value, Number.isSafeInteger(Number(value)) ? 'number' : 'bigint');
        }
      }),
    );
    assert.equal(isPlain(-(2 ** 52) - 1), false);
    assert.equal(isPlain(5n), false);
  });

  it('refuse longs beyond 64 bits and numbers that are no safe integers', () => {
    for (const value of [2n ** 63n, -(2n ** 63n) - 1n, 2 ** 53, 0.5, Number.NaN]) {
      assert.throws(() => status.wide.toBuffer(statusOf(value, 0)));
      assert.equal(status.wide.isValid(statusOf(value, 0)), false);
    }
  });

  it('have the schemas of the contract, the same in both', () => {
    for (const name of Object.keys(schemas) as (keyof typeof schemas)[]) {
      const { plain, wide } = compile(name);
      assert.equal(plain.name, `com.keer.ticketmaster.avro.${name}`);
      assert.deepEqual(wide.schema(), plain.schema());
    }
  });
});
