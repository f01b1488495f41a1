import { InputTopic } from '../../src/frames.js';
import type { SlotSettings } from '../../src/slots/settings.js';
import { type InputRecord, initRecord, requestRecord } from '../support/fakes/records.js';
import { slotSettings } from '../support/fakes/settings.js';
import type { Random } from '../support/random.js';
import { payload } from './avro-fields.js';
import { extremes, mutated, randomBytes } from './mutate.js';

/** What becomes of a batch: written; lost by an abort; or lost or written, and the process begins anew. */
export type End = 'persist' | 'discard' | 'crash' | 'restart';

export type SlotInput = {
  readonly settings: SlotSettings;
  readonly batches: readonly { readonly records: readonly InputRecord[]; readonly end: End }[];
};

const sections = ['A', 'A', 'A', 'A-1', '', 'two\nlines', 'Été 座席 🎟️'];
/** Kafka's timestamps have any 64 bits. */
const timestamps = extremes.filter((value) => BigInt.asIntN(62, value) === value).map(Number);

const settingsOf = (random: Random): SlotSettings =>
  slotSettings({
    // With one partition each the outputs are in the order of their inputs.
    partitionCounts: { results: 1, status: 1, deadLetters: 1 },
    adjacency: random.pick(['section', 'row']),
    onSold: random.pick(['replace', 'refuse']),
    emit: random.pick(['latest', 'every']),
    limits: {
      sectionNameBytes: random.pick([8, 512]),
      seatsPerSection: random.pick([30, 1_000]),
      seatsPerRequest: random.pick([3, 1_000]),
      messageBytes: random.pick([1_000, 1_000_000]),
      sectionsPerPartition: random.pick([2, 100]),
    },
  });

function commandValue(random: Random, topic: InputTopic, offset: number): Buffer | null {
  const [eventId, section] = [BigInt(random.whole(1, 2)), random.pick(sections)];
  const place = { offset };
  if (topic === InputTopic.init) {
    const initialReserved = Array.from({ length: random.whole(0, 4) }, () => `${section}-${random.whole(0, 20)}`);
    return initRecord(
      { eventId, section, rows: random.whole(-1, 6), seatsPerRow: random.whole(-1, 12), initialReserved },
      place,
    ).value;
  }
  const reservationId = `${offset}${random.next() < 0.05 ? '-'.repeat(random.whole(1, 1_200)) : ''}`;
  return requestRecord({ eventId, section, seatCount: random.whole(-1, 9), reservationId }, place).value;
}

function recordValue(random: Random, topic: InputTopic, offset: number): Buffer | null {
  const value = commandValue(random, topic, offset);
  const kind = random.next();
  if (value === null || kind < 0.05) return null;
  if (kind < 0.75) return value;
  if (kind < 0.85) return payload(random, topic === InputTopic.init ? 'init' : 'request');
  const words = [Buffer.from('A'), Buffer.of(0)];
  return mutated(random, value, { others: [commandValue(random, topic, offset) ?? value], words });
}

/** Of a removal, or nearly. */
function removalKeyOf(random: Random): Buffer {
  const key = Buffer.from(`remove:${random.whole(1, 2)}-${random.pick(sections)}`);
  return random.next() < 0.8
    ? key
    : mutated(random, key, { others: [key], words: [Buffer.from('remove:'), Buffer.from('-')] });
}

function keyOf(random: Random, value: Buffer | null): Buffer | null {
  const kind = random.next();
  if (value === null && kind < 0.8) return removalKeyOf(random);
  if (kind < 0.1) return null;
  return kind < 0.9 ? Buffer.from('1-A') : randomBytes(random, random.pick([0, 3, 300, 1_000]));
}

/** One to three batches of records of one partition, whose offsets rise. */
export function slotInput(random: Random): SlotInput {
  const next = [0, 0];
  const record = (): InputRecord => {
    const topic = random.next() < 0.25 ? InputTopic.init : InputTopic.requests;
    const offset = next[topic]! + random.pick([0, 0, 0, 1, 5]);
    next[topic] = offset + 1;
    const timestampMs = random.next() < 0.9 ? 1_000 + offset : random.pick(timestamps);
    const value = topic === InputTopic.init && random.next() < 0.15 ? null : recordValue(random, topic, offset);
    return { topic, partition: 0, offset, timestampMs, key: keyOf(random, value), value };
  };
  const batches = Array.from({ length: random.whole(1, 3) }, () => ({
    records: Array.from({ length: random.whole(1, 9) }, record),
    end: random.pick<End>(['persist', 'persist', 'discard', 'crash', 'restart']),
  }));
  return { settings: settingsOf(random), batches };
}
