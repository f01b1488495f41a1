import { assert } from '../errors.js';
import type { KafkaClient, Native, PackedRecords } from './native.js';
import type { RecordSource, RecordSourceOptions } from './record-source.js';
import type { Consumed, ConsumedEvent } from './runs.js';

/** The addon's calls: whole batches, packed on libuv's pool; no object for a record. */
export class PackedSource implements RecordSource {
  constructor(
    private readonly native: Native,
    private readonly options: RecordSourceOptions<KafkaClient>,
  ) {}

  async take(limit: number, waitMs: number, gatherMs: number): Promise<Consumed> {
    const { consumer, topics, onError } = this.options;
    const records = await this.native.consume(consumer, topics, limit, waitMs, gatherMs).catch(onError);
    if (!records) return { count: 0, events: [] };
    // Those that came before an error that is passed over count: leaving them out would be a gap.
    for (const error of records.errors) onError(error);
    return { count: records.count, events: eventsOf(records, topics.length) };
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
