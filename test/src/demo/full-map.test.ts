import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FullMap } from '../../../src/demo/full-map.js';
import { fullStatusCodec } from '../../support/wire.js';

describe('FullMap', () => {
  it("knows the bytes of a section's real Avro encoding, whichever seats are free", () => {
    const sections = fc.record({
      section: fc.string({ minLength: 1, maxLength: 80, unit: 'grapheme' }),
      rows: fc.integer({ min: 1, max: 12 }),
      seatsPerRow: fc.integer({ min: 1, max: 30 }),
      eventId: fc.integer(),
      free: fc.infiniteStream(fc.boolean()),
    });
    fc.assert(
      fc.property(sections, ({ section, rows, seatsPerRow, eventId, free }) => {
        const seatStatuses: Record<string, string> = {};
        for (let seat = 1; seat <= rows * seatsPerRow; seat += 1) {
          seatStatuses[`${section}-${seat}`] = free.next().value === true ? 'AVAILABLE' : 'RESERVED';
        }
        const availableCount = Object.values(seatStatuses).filter((status) => status === 'AVAILABLE').length;
        const encoded = fullStatusCodec.encode({ eventId: BigInt(eventId), section, seatStatuses, availableCount });
        const fullMap = new FullMap({ eventId, section, rows, seatsPerRow, initialReserved: [] });
        assert.equal(fullMap.sizeBytes(availableCount), encoded.length);
      }),
    );
  });
});
