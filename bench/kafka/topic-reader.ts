import { FrameCursor } from '../../src/frames.js';
import type { Native } from '../../src/kafka/native.js';
import { PackedSource } from '../../src/kafka/packed-source.js';
import { connected, looseConsumer } from '../../test/support/kafka-client.js';
import { highWatermarks } from '../../test/support/read.js';

const beginning = -2;
const limit = 50_000;
const stalledMs = 30_000;

/**
 * Reads a topic completely, read_committed, up to the high watermarks of the call's moment, and hands each record to
 * `take` as the cursor's current frame; records of a partition come in the order of their offsets.
 * @returns the number of records
 */
export async function readTopic(
  native: Native,
  bootstrapServers: string,
  topic: string,
  take: (record: FrameCursor) => void,
): Promise<number> {
  const ends = await highWatermarks(bootstrapServers, topic);
  const consumer = looseConsumer(bootstrapServers, {
    'isolation.level': 'read_committed',
    'enable.partition.eof': true,
    'fetch.wait.max.ms': 20,
    'queued.min.messages': 200_000,
    'fetch.queue.backoff.ms': 5,
  });
  const source = new PackedSource(native, { consumer, topics: [topic], onError: fail });
  const open = new Set(ends.keys());
  let count = 0;
  await connected(consumer, async () => {
    consumer.assign(ends.map((_, partition) => ({ topic, partition, offset: beginning })));
    let heardMs = performance.now();
    while (open.size > 0) {
      const consumed = await source.take(limit, 100, 0);
      for (const event of consumed.events) {
        if ('end' in event) {
          if (event.end.offset >= (ends[event.end.partition] as number)) open.delete(event.end.partition);
          continue;
        }
        const { buffer, start, end } = event.run;
        const cursor = new FrameCursor(buffer, start, end);
        while (cursor.advance()) take(cursor);
      }
      count += consumed.count;
      if (consumed.events.length > 0) heardMs = performance.now();
      else if (performance.now() - heardMs > stalledMs) {
        throw new Error(`${topic}: the ends of partitions ${[...open]} did not come`);
      }
    }
  });
  return count;
}

function fail(error: unknown): never {
  throw error;
}
