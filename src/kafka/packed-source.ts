import { assert } from '../errors.js';
import { FramePool } from '../frame-pool.js';
import type { KafkaClient, Native, PackedRecords } from './native.js';
import type { RecordSource, RecordSourceOptions } from './record-source.js';
import { type Consumed, type ConsumedEvent, consumedOf } from './runs.js';

/** The addon's calls: whole batches, packed on libuv's pool; no object for a record. */
export class PackedSource implements RecordSource {
  private readonly pool = new FramePool();

  constructor(
    private readonly native: Native,
    private readonly options: RecordSourceOptions<KafkaClient>,
  ) {}

  async take(limit: number, waitMs: number, gatherMs: number): Promise<Consumed> {
    const { consumer, topics, onError } = this.options;
    const [memory] = this.pool.takeLargest(1);
    const target = memory === undefined ? undefined : Buffer.from(memory);
    const records = await this.native.consume(consumer, topics, limit, waitMs, gatherMs, target).catch(onError);
    if (!records) return { count: 0, events: [] };
    // Those that came before an error that is passed over count: leaving them out would be a gap.
    for (const error of records.errors) onError(error);
    const { frames, count } = records;
    if (frames !== target) this.pool.give(memory);
    return consumedOf(count, eventsOf(records, topics.length), frames, this.pool);
  }
}

/** The addon's events: eight doubles each, native/src/consume.cc. */
const eventFields = 8;
const kinds = { run: 0, end: 1 } as const;

function eventsOf({ frames: buffer, events: fields }: PackedRecords, topics: number): ConsumedEvent[] {
  const all: ConsumedEvent[] = [];
  for (let at = 0; at < fields.length; at += eventFields) {
    const [kind, topic, partition, start, end, count, firstOffset, lastOffset] = fields.subarray(
      at,
      at + eventFields,
    ) as unknown as [number, number, number, number, number, number, number, number];
    assert(topic >= 0 && topic < topics, "what was consumed is of one of the consumer's topics");
    if (kind === kinds.end) all.push({ end: { topic, partition, offset: firstOffset } });
    else all.push({ run: { topic, partition, buffer, start, end, count, firstOffset, lastOffset } });
  }
  return all;
}
