import type { InputSide } from '../../support/expected.js';
import type { Random } from '../../support/random.js';
import { type Codec, type Init, initCodec, type Request, requestCodec } from '../../support/wire.js';

/** A record that can't be answered. `reason` is the `error.code` of its dead letter; a null value has none and is skipped. */
export type Poison = { readonly side: InputSide; readonly value: Buffer | null; readonly reason: string | undefined };

const largestInt = 2 ** 31 - 1;
const nameBytes = 512;
const messageBytes = 1_000_000;

/**
 * Bytes that are not exactly one value of the codec: noise, a value cut short, a value and one byte more. At least one
 * byte, for node-rdkafka's producer makes null of none.
 */
function undecodable<T>(random: Random, codec: Codec<T>, valid: Buffer, noiseBytes: number): Buffer {
  for (;;) {
    const noise = Buffer.from(Array.from({ length: random.whole(1, noiseBytes) }, () => random.whole(0, 255)));
    const cut = valid.subarray(0, random.whole(1, valid.length - 1));
    const bytes = random.pick([noise, cut, Buffer.concat([valid, Buffer.from([random.whole(0, 255)])])]);
    try {
      codec.decode(bytes);
    } catch {
      return bytes;
    }
  }
}

function poisonedInit(random: Random, number: number): Poison {
  const section = `poison-${number}`;
  const init: Init = { eventId: 1n, section, rows: 10, seatsPerRow: 10, initialReserved: [`${section}-1`] };
  switch (random.whole(0, 3)) {
    case 0:
      return { side: 'init', value: null, reason: undefined };
    case 1: {
      const long = 'é'.repeat(nameBytes / 2 + random.whole(1, 400));
      return { side: 'init', value: initCodec.encode({ ...init, section: long }), reason: 'sectionNameTooLong' };
    }
    case 2: {
      const seatsPerRow = random.pick([largestInt, 1_000_001]);
      const value = initCodec.encode({ ...init, rows: random.whole(1, largestInt), seatsPerRow });
      return { side: 'init', value, reason: 'sectionTooLarge' };
    }
    default: {
      // Longer noise could tell of an array of 2^50 names, which the model's avsc would believe; the daemon's units try that.
      const value = undecodable(random, initCodec, initCodec.encode(init), 4);
      return { side: 'init', value, reason: 'undecodable' };
    }
  }
}

function poisonedRequest(random: Random, number: number): Poison {
  const request: Request = {
    ...{ reservationId: `poison-${number}`, eventId: 1n, section: 'A0', seatCount: 2, userId: 'user', timestamp: 0n },
  };
  if (random.next() < 0.1) return { side: 'requests', value: null, reason: undefined };
  // A request that fits where its answer does not; few, for each is a megabyte.
  if (number % 1_000 === 0) {
    const reservationId = 'i'.repeat(messageBytes / 2);
    return { side: 'requests', value: requestCodec.encode({ ...request, reservationId }), reason: 'answerTooLarge' };
  }
  const value = undecodable(random, requestCodec, requestCodec.encode(request), 80);
  return { side: 'requests', value, reason: 'undecodable' };
}

/** The poison of this number. */
export const makePoison = (random: Random, number: number): Poison =>
  random.next() < 0.3 ? poisonedInit(random, number) : poisonedRequest(random, number);

/** A request that is absurd, and answered all the same. */
export function makeAbsurdity(random: Random, section: string, number: number): Request {
  return {
    ...{ reservationId: `absurd-${number}`, userId: '', timestamp: random.pick([0n, -(2n ** 63n), 2n ** 63n - 1n]) },
    eventId: random.pick([1n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)]),
    section: random.pick([section, 'unknown', '', 'x'.repeat(random.whole(nameBytes + 1, 5_000))]),
    seatCount: random.pick([0, -1, -largestInt - 1, largestInt, 1_001]),
  };
}
