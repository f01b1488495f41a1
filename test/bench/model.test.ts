import assert from 'node:assert/strict';
import { SeatModel } from '../support/model.js';
import { smallLoad } from './outputs.js';

describe('bench: the model', () => {
  for (const shape of [
    { fragmented: false },
    { fragmented: true },
    { maxSeatsPerRequest: 9, sections: 3, seatsPerSection: 50 },
    { sections: 1, seatsPerSection: 1 },
  ]) {
    it(`answers as the contract's naive model does: ${JSON.stringify(shape)}`, () => {
      const { load, model } = smallLoad(shape);
      const naive = new SeatModel();
      for (const [index, { eventId, name, rows, seatsPerRow }] of load.sections.entries()) {
        const initialReserved = [];
        for (let seat = 1; seat <= rows * seatsPerRow; seat++) {
          if (load.isReserved(seat)) initialReserved.push(`${name}-${seat}`);
        }
        const init = { eventId: BigInt(eventId), section: name, rows, seatsPerRow, initialReserved };
        assert.equal(naive.init(init), 'done');
        assert.equal(model.initialAvailable[index], naive.available(init));
      }
      let confirmed = 0;
      for (let request = 0; request < load.shape.requests; request++) {
        const { eventId, name } = load.section(request);
        const asked = { eventId: BigInt(eventId), section: name, seatCount: load.seatCounts[request] as number };
        const { seats } = naive.request({ ...asked, reservationId: '', userId: '', timestamp: 0n });
        const first = model.firstSeats[request] as number;
        assert.equal(seats[0], first > 0 ? `${name}-${first}` : undefined, `request ${request}`);
        assert.equal(model.availableAfter[request], naive.available(asked), `request ${request}`);
        if (first > 0) confirmed++;
      }
      assert.ok(confirmed > 0 && confirmed < load.shape.requests, 'both kinds of answers were compared');
    });
  }

  it('lists the requests of each section in order', () => {
    const { load, model } = smallLoad();
    for (let section = 0; section < load.shape.sections; section++) {
      const expected = [...load.sectionOf.keys()].filter((request) => load.sectionOf[request] === section);
      assert.deepEqual([...model.inOrder.subarray(model.starts[section], model.starts[section + 1])], expected);
    }
  });
});
