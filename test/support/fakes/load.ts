import fc from 'fast-check';
import { InputTopic } from '../../../src/frames.js';
import { type InputRecord, initRecord, requestRecord } from './records.js';

const sections = ['A', 'B', 'Z-1'];

type Command = {
  readonly partition: number;
  readonly isInit: boolean;
  readonly section: string;
  readonly rows: number;
  readonly seatsPerRow: number;
  readonly reserved: readonly number[];
  readonly seatCount: number;
  readonly laterMs: number;
  readonly bytes: 'right' | 'null' | 'garbage';
};

const commandIn = (partitions: number): fc.Arbitrary<Command> =>
  fc.record(
    {
      partition: fc.integer({ min: 0, max: partitions - 1 }),
      isInit: fc.integer({ min: 0, max: 5 }).map((one) => one === 0),
      section: fc.constantFrom(...sections),
      rows: fc.integer({ min: -1, max: 4 }),
      seatsPerRow: fc.integer({ min: 0, max: 9 }),
      reserved: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 4 }),
      seatCount: fc.integer({ min: -1, max: 8 }),
      laterMs: fc.integer({ min: -2, max: 4 }),
      bytes: fc.integer({ min: 0, max: 25 }).map((one) => (one === 0 ? 'null' : one === 1 ? 'garbage' : 'right')),
    },
    { noNullPrototype: true },
  );

/**
 * Inputs of a few small sections: inits that set sections up anew between requests, times that tie and that fall,
 * null values and garbage. A section's name and event are its partition's own.
 */
export const inputsOf = (partitions: number, maxLength: number): fc.Arbitrary<readonly InputRecord[]> =>
  fc.array(commandIn(partitions), { maxLength }).map((commands) => {
    const next = new Map<string, number>();
    let timestampMs = 1_000;
    return commands.map((command) => {
      const topic = command.isInit ? InputTopic.init : InputTopic.requests;
      const offset = next.get(`${topic}-${command.partition}`) ?? 0;
      // Every third offset is a transaction's marker.
      next.set(`${topic}-${command.partition}`, offset % 3 === 1 ? offset + 2 : offset + 1);
      timestampMs += command.laterMs;
      return withBytes(command, recordOf(command, { offset, timestampMs, partition: command.partition }));
    });
  });

function recordOf(command: Command, place: { offset: number; timestampMs: number; partition: number }): InputRecord {
  const { section, rows, seatsPerRow, seatCount, isInit } = command;
  const eventId = BigInt(place.partition);
  const initialReserved = command.reserved.map((seat) => `${section}-${seat}`);
  if (isInit) return initRecord({ eventId, section, rows, seatsPerRow, initialReserved }, place);
  return requestRecord({ eventId, section, seatCount }, place);
}

function withBytes({ bytes }: Command, record: InputRecord): InputRecord {
  if (bytes === 'right') return record;
  return { ...record, value: bytes === 'null' ? null : Buffer.alloc(7, 0xff) };
}
