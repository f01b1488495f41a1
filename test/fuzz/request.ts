import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { compile, isPlain, type Long } from '../../workers/avro.js';
import { viewOf } from '../../workers/bytes.js';
import { resultUpperBoundBytes, statusUpperBoundBytes, writeResult, writeStatus } from '../../workers/encode.js';
import { RequestReader } from '../../workers/request.js';
import { SectionKey, sectionKey } from '../../workers/section-key.js';
import { isUndecodable } from '../../workers/undecodable.js';
import type { Random } from '../support/random.js';
import { type Answer, answerCodec, statusCodec } from '../support/wire.js';
import { NaiveReader, type ReadRequest, readRequest } from '../workers/avro-bytes.js';
import { type Placed, payload, placed } from './avro-fields.js';
import { assertReason } from './init.js';
import { type Outcome, pureTarget } from './target.js';

const REQUEST = compile('ReservationRequestedEvent');

type Whole = ReadRequest & { readonly timestamp: Long };

/** A request, the answer that it is to be given, and the free seats that its section is to be left with. */
type Input = Placed & { readonly firstSeat: number; readonly moreSeats: number; readonly timestampMs: number };

const naiveRequest = (bytes: Uint8Array): Whole | undefined =>
  new NaiveReader(bytes).whole((reader) => ({
    reservationId: reader.string(),
    eventId: reader.long(),
    section: reader.string(),
    seatCount: reader.int(),
    userId: reader.string(),
    timestamp: reader.long(),
  }));

function generate(random: Random): Input {
  return {
    ...placed(random, payload(random, 'request')),
    firstSeat: random.pick([-1, 0, random.whole(0, 1_200), 2 ** 31 - 201]),
    moreSeats: random.whole(0, 100),
    timestampMs: random.pick([1_700_000_000_000, 0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 31]),
  };
}

function check(input: Input): Outcome {
  const { bytes, buffer, start, end } = input;
  const expected = naiveRequest(bytes);
  const request = readRequest(buffer, start, end);
  if (isUndecodable(request)) {
    assertReason(request.undecodable);
    assert.equal(expected, undefined, 'what a naive reader accepts is read');
    return 'refused';
  }
  assert.ok(expected !== undefined, 'what a naive reader refuses is refused');
  const { timestamp: _, ...read } = expected;
  assertSame(request, read);
  assertSame(REQUEST.wide.fromBuffer(bytes), expected);
  // avsc rounds longs below -2^52 without a word: the plain type is for the others.
  if (isPlain(expected.eventId) && isPlain(expected.timestamp)) assertSame(REQUEST.plain.fromBuffer(bytes), expected);
  const reader = new RequestReader();
  reader.read(viewOf(buffer), start, end);
  checkAnswer(reader, expected, input);
  checkSection(reader, expected, input);
  return 'accepted';
}

function assertSame(actual: object, expected: object): void {
  if (!isDeepStrictEqual({ ...actual }, { ...expected })) assert.deepEqual({ ...actual }, { ...expected });
}

const wide = (value: Long): bigint => BigInt(value);

/** The answer that is written is one that avsc reads, and lies within the room that was asked for it. */
function checkAnswer(reader: RequestReader, request: Whole, { firstSeat, moreSeats, timestampMs }: Input): void {
  const { seatCount, section } = request;
  const isGiven = firstSeat >= 0 && seatCount > 0 && seatCount <= 100;
  const first = isGiven ? firstSeat : -1;
  const seatCountOfSection = isGiven ? firstSeat + seatCount + moreSeats : moreSeats;
  const bound = resultUpperBoundBytes(reader, seatCountOfSection);
  const target = Buffer.allocUnsafeSlow(bound);
  const end = writeResult(reader, first, timestampMs, viewOf(target), 0);
  assert.ok(end + (reader.reservationIdEnd - reader.reservationIdStart) <= bound, 'an answer fits its upper bound');
  const expected: Answer = {
    reservationId: request.reservationId,
    eventId: wide(request.eventId),
    userId: request.userId,
    status: isGiven ? 'CONFIRMED' : 'REJECTED',
    section,
    seatCount,
    allocatedSeats: Array.from(
      { length: isGiven ? seatCount : 0 },
      (_, index) => `${section}-${firstSeat + 1 + index}`,
    ),
    timestamp: BigInt(timestampMs),
  };
  assertSame(answerCodec.decode(target.subarray(0, end)), expected);
}

/** The section that the request names is the one of its key, and its status is one that avsc reads. */
function checkSection(reader: RequestReader, { eventId, section }: Whole, { moreSeats, timestampMs }: Input): void {
  const key = new SectionKey(eventId, section);
  const identity = Buffer.from(key.view.buffer, key.view.byteOffset + key.identityStart, key.end - key.identityStart);
  const { view, identityStart, sectionEnd } = reader;
  const asked = Buffer.from(view.buffer, view.byteOffset + identityStart, sectionEnd - identityStart);
  assert.ok(identity.equals(asked), 'a request finds its section by the bytes that it has');
  const text = sectionKey(eventId, section);
  assert.equal(String(key), text);
  const parsed = SectionKey.parse(text);
  assert.deepEqual([parsed?.hash, parsed?.identityHash, parsed?.checksum], [key.hash, key.identityHash, key.checksum]);
  const target = Buffer.allocUnsafeSlow(statusUpperBoundBytes(Buffer.byteLength(text)));
  const end = writeStatus(key, moreSeats, timestampMs, viewOf(target), 0);
  const status = { eventId: wide(eventId), section, availableCount: moreSeats, timestamp: BigInt(timestampMs) };
  assertSame(statusCodec.decode(target.subarray(0, end)), status);
}

export const requestTarget = pureTarget(
  'request',
  'ReservationRequestedEvent: the reader in place against a naive one and avsc; answer and status read back by avsc',
  { generate, check, show: ({ bytes }: Input) => bytes.toString('hex') },
);
