import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bareDecoder } from '../../../src/client/status-decoder.js';
import { fullStatusCodec, statusCodec } from '../../support/wire.js';

/** From September 2001, when milliseconds since the epoch got their thirteenth digit, to 2286. */
const timestamps = fc.integer({ min: 1_000_000_000_000, max: 9_999_999_999_999 });
const sections = fc.record({ eventId: fc.nat(), section: fc.string(), timestamp: timestamps });
const seats = fc.array(fc.boolean(), { maxLength: 200 });

describe('the decoder of statuses', () => {
  it('reads its own payload, and of the other one nothing that is not true: a topic may hold both in a migration', async () => {
    await fc.assert(
      fc.asyncProperty(sections, seats, async ({ eventId, section, timestamp }, free) => {
        const availableCount = free.filter(Boolean).length;
        const seatStatuses = Object.fromEntries(
          free.map((isFree, at) => [`${section}-${at + 1}`, isFree ? 'AVAILABLE' : 'RESERVED']),
        );
        const subject = { eventId: BigInt(eventId), section };
        const values = {
          count: statusCodec.encode({ ...subject, availableCount, timestamp: BigInt(timestamp) }),
          full: fullStatusCodec.encode({ ...subject, seatStatuses, availableCount }),
        };
        for (const payload of ['count', 'full'] as const) {
          const decoder = bareDecoder(payload);
          const other = payload === 'count' ? 'full' : 'count';
          const own = await decoder.decode(values[payload], timestamp);
          assert.deepEqual([Number(own.eventId), own.section, own.availableCount], [eventId, section, availableCount]);
          assert.equal(own.timestampMs, timestamp);
          const read = await Promise.resolve()
            .then(() => decoder.decode(values[other], timestamp))
            .catch(() => undefined);
          // A map without seats is a count of 0, in either payload.
          assert.ok(read === undefined || (read.availableCount === 0 && availableCount === 0), JSON.stringify(read));
        }
      }),
    );
  });
});
