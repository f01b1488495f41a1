import { InputTopic } from '../../src/frames.js';
import type { Random } from '../../test/support/random.js';
import { initCodec, requestCodec, sectionKey } from '../../test/support/wire.js';
import type { OutgoingRecord } from '../cluster/partition-log.js';

/** What the scenario lets through: small, so that a few records reach every limit. */
export const limits = {
  sectionNameBytes: 24,
  seatsPerSection: 60,
  seatsPerRequest: 8,
  messageBytes: 9_000,
  sectionsPerPartition: 1_000,
};

const sectionNames = ['A', 'B-1', 'Z é'];
const tooLongName = 'a name that is longer than 24 bytes';
const manyBytes = 'x'.repeat(limits.messageBytes + 500);

/** A record to be produced to one of the inputs, at a time that is decided later. */
export type Command = { readonly topic: InputTopic; readonly record: Omit<OutgoingRecord, 'timestampMs'> };

const record = (key: string | null, value: Buffer | null): Command['record'] => ({
  ...{ key: key === null ? null : Buffer.from(key), value, headers: {} },
});

const removalOf = (key: string): Command['record'] => record(`remove:${key}`, null);

/** Makes the commands of one partition: a few small sections, which are soon sold out and set up anew. */
export class Commands {
  private made = 0;
  private readonly requested: Command[] = [];

  constructor(
    private readonly random: Random,
    private readonly partition: number,
  ) {}

  /** Of either topic. */
  any(): Command {
    const kind = this.random.whole(0, 99);
    if (kind < 18) return this.init();
    return kind < 22 ? this.removal() : this.request();
  }

  /** For the init topic. */
  initOrRemoval(): Command {
    return this.random.whole(0, 99) < 35 ? this.removal() : this.init();
  }

  init(): Command {
    const { random } = this;
    const kind = random.whole(0, 99);
    const section = kind < 4 ? tooLongName : random.pick(sectionNames);
    const [rows, seatsPerRow] = kind >= 4 && kind < 8 ? [7, 9] : [random.whole(-1, 5), random.whole(0, 9)];
    const initialReserved = Array.from({ length: random.whole(0, 3) }, () => `${section}-${random.whole(0, 40)}`);
    const init = { eventId: this.eventId, section, rows, seatsPerRow, initialReserved };
    return this.mangled(InputTopic.init, sectionKey(init), initCodec.encode(init));
  }

  request(): Command {
    const { random } = this;
    const kind = random.whole(0, 99);
    const again = kind < 6 ? this.requested.at(-1) : undefined;
    if (again !== undefined) return again;
    this.made += 1;
    const request = {
      reservationId: `r${this.partition}-${this.made}`,
      eventId: this.eventId,
      section: kind < 9 ? tooLongName : kind < 12 ? 'unknown' : random.pick(sectionNames),
      seatCount: kind < 18 ? random.pick([0, -1, limits.seatsPerRequest + 1, 2 ** 31 - 1]) : random.whole(1, 4),
      userId: kind === 18 ? manyBytes : 'u',
      timestamp: 5n,
    };
    const command = this.mangled(InputTopic.requests, sectionKey(request), requestCodec.encode(request));
    this.requested.push(command);
    return command;
  }

  /** The removal of a section, whether it is there or not; now and then under a key that is nearly one. */
  removal(): Command {
    const { random, eventId } = this;
    const kind = random.whole(0, 99);
    const section = kind < 8 ? 'unknown' : random.pick(sectionNames);
    const key = kind < 12 ? `0${eventId}-${section}` : `${eventId}-${section}`;
    return { topic: InputTopic.init, record: removalOf(key) };
  }

  /** What must never take effect, a request, an init or a removal: its producer will abort. */
  decoy(topic: InputTopic): Command {
    const { eventId } = this;
    const section = sectionNames[0] ?? '';
    const init = { eventId, section, rows: 1, seatsPerRow: 1, initialReserved: [] };
    const request = { reservationId: 'aborted', eventId, section, seatCount: 1, userId: 'u', timestamp: 5n };
    if (topic === InputTopic.requests) return { topic, record: record(sectionKey(init), requestCodec.encode(request)) };
    const isRemoval = this.random.next() < 0.4;
    return {
      topic,
      record: isRemoval ? removalOf(sectionKey(init)) : record(sectionKey(init), initCodec.encode(init)),
    };
  }

  /** Requests for every section, that tell what is left of each. */
  probes(): Command[] {
    return sectionNames.map((section) => {
      this.made += 1;
      const reservationId = `r${this.partition}-${this.made}`;
      const request = { reservationId, eventId: this.eventId, section, seatCount: 1, userId: 'u', timestamp: 5n };
      return { topic: InputTopic.requests, record: record(sectionKey(request), requestCodec.encode(request)) };
    });
  }

  /** One partition's event has an id beyond 2^53. */
  private get eventId(): bigint {
    return this.partition === 1 ? 2n ** 60n + 1n : BigInt(this.partition);
  }

  /** Now and then not what it should be: garbage, cut short, too long, without a value or a key. */
  private mangled(topic: InputTopic, key: string, value: Buffer): Command {
    const kind = this.random.whole(0, 99);
    const bytes =
      kind === 0
        ? Buffer.alloc(7, 0xff)
        : kind === 1
          ? value.subarray(0, -1)
          : kind === 2
            ? Buffer.concat([value, Buffer.of(0)])
            : kind === 3
              ? null
              : value;
    return { topic, record: record(kind === 4 ? null : key, bytes) };
  }
}
