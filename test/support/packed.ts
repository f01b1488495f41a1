import assert from 'node:assert/strict';
import Kafka from 'node-rdkafka';
import { type FrameBatch, FrameCursor, FrameWriter } from '../../src/frames.js';
import { type Headers, writeHeaders } from '../../src/headers.js';
import { loadNative, type Native, type NativeError } from '../../src/kafka/native.js';
import type { RecordSource } from '../../src/kafka/record-source.js';
import type { Consumed } from '../../src/kafka/runs.js';

export function addon(): Native {
  const native = loadNative();
  assert.ok(!('unavailable' in native), 'the addon is not built: node native/build.mjs');
  return native;
}

/** What `assert.rejects` wants of an error of librdkafka. */
export const withCode = (code: number) => (error: NativeError) => {
  assert.equal(error.code, code, error.message);
  return error instanceof Error;
};

export type OutgoingRecord = {
  readonly partition: number;
  readonly value: Buffer | null;
  readonly key: Buffer | null;
  readonly timestampMs: number;
  readonly headers?: Headers;
};

export function batchOf(records: readonly OutgoingRecord[]): FrameBatch {
  const writer = new FrameWriter();
  for (const { partition, value, key, timestampMs, headers } of records) {
    const meta = { partition, topic: 0, offset: 0, timestampMs };
    writer.append(meta, value, key, headers === undefined ? undefined : writeHeaders(headers));
  }
  return writer.take();
}

/** `count` records of one partition whose values are their numbers. */
export const numbered = (count: number, partition = 0): OutgoingRecord[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ partition, value: Buffer.from(String(index)), key: null, timestampMs: 1_700_000_000_000 + index },
  }));

/** A record or, without a timestamp, the end of a partition. */
export type Arrival = {
  readonly topic: number;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs?: number;
  readonly key?: Buffer | null;
  readonly value?: Buffer | null;
};

export const isEnd = (arrival: Arrival): boolean => arrival.timestampMs === undefined;

/** What was consumed, one entry for each record and each end, in the order of their arrival; checks what the runs say. */
export function arrivalsOf({ count, events }: Consumed): Arrival[] {
  const all = events.flatMap((event): Arrival[] => {
    if ('end' in event) return [event.end];
    const { topic, partition, buffer, start, end, count, firstOffset, lastOffset } = event.run;
    const cursor = new FrameCursor(buffer, start, end);
    const records: Arrival[] = [];
    while (cursor.advance()) {
      assert.deepEqual([cursor.topic, cursor.partition], [topic, partition]);
      const [key, value] = [cursor.key(), cursor.value()];
      records.push({ topic, partition, offset: cursor.offset, timestampMs: cursor.timestampMs, key, value });
    }
    assert.deepEqual([records.length, records[0]?.offset, records.at(-1)?.offset], [count, firstOffset, lastOffset]);
    return records;
  });
  assert.equal(all.filter((arrival) => !isEnd(arrival)).length, count);
  return all;
}

/** Takes until `ends` partitions are at their end; every take brings at most `limit` records. */
export async function takeAll(
  source: RecordSource,
  ends: number,
  limit: () => number = () => 1_000,
): Promise<Arrival[]> {
  const all: Arrival[] = [];
  while (all.filter(isEnd).length < ends) {
    const most = limit();
    const consumed = await source.take(most, 100, 0);
    assert.ok(consumed.count <= most, `${consumed.count} records where ${most} were the limit`);
    all.push(...arrivalsOf(consumed));
  }
  return all;
}

/** The arrivals of one partition, without its name. */
export const ofPartition = (arrivals: readonly Arrival[], topic: number, partition: number): Omit<Arrival, 'topic'>[] =>
  arrivals
    .filter((arrival) => arrival.topic === topic && arrival.partition === partition)
    .map(({ topic: _, ...rest }) => rest);

export const { ERRORS } = Kafka.CODES;
