import assert from 'node:assert/strict';
import fc from 'fast-check';
import type Kafka from 'node-rdkafka';
import { FrameCursor, InputTopic, inputTopics } from '../../../src/frames.js';
import { type Consumed, RunPacker } from '../../../src/kafka/runs.js';

type Arrival = { readonly topic: InputTopic; readonly partition: number; readonly isEnd: boolean };

const arrival = fc.record({
  topic: fc.constantFrom(...inputTopics),
  partition: fc.integer({ min: 0, max: 2 }),
  isEnd: fc.boolean(),
});

const message = (partition: number, offset: number, rest: Partial<Kafka.Message> = {}): Kafka.Message => ({
  ...{ topic: 'a topic', partition, offset, size: 1, key: 'key', value: Buffer.from('value'), timestamp: 100 + offset },
  ...rest,
});

/** What was consumed, one entry for each message and each end. */
function flattened({ count, events }: Consumed): string[] {
  let messages = 0;
  const all = events.flatMap((event) => {
    if ('end' in event) return [`end ${event.end.topic}-${event.end.partition}@${event.end.offset}`];
    const { run } = event;
    const cursor = new FrameCursor(run.buffer, run.start, run.end);
    const offsets: number[] = [];
    while (cursor.advance()) {
      assert.equal(cursor.topic, run.topic);
      assert.equal(cursor.partition, run.partition);
      offsets.push(cursor.offset);
    }
    messages += offsets.length;
    assert.equal(offsets.length, run.count);
    assert.equal(offsets[0], run.firstOffset);
    assert.equal(offsets.at(-1), run.lastOffset);
    return offsets.map((offset) => `${run.topic}-${run.partition}@${offset}`);
  });
  assert.equal(messages, count);
  return all;
}

describe('runs of consumed messages', () => {
  it('hold every message and every end, in the order of their arrival', () => {
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 60 }), (arrivals: Arrival[]) => {
        const packer = new RunPacker();
        const expected = arrivals.map(({ topic, partition, isEnd }, offset) => {
          if (isEnd) packer.end({ topic, partition, offset });
          else packer.message(topic, message(partition, offset));
          return `${isEnd ? 'end ' : ''}${topic}-${partition}@${offset}`;
        });
        assert.deepEqual(flattened(packer.take()), expected);
      }),
    );
  });

  it('are as long as the messages of a partition follow each other', () => {
    const packer = new RunPacker();
    for (const offset of [0, 1, 5]) packer.message(InputTopic.init, message(0, offset));
    packer.message(InputTopic.requests, message(0, 0));
    packer.message(InputTopic.init, message(1, 0));
    packer.message(InputTopic.init, message(0, 6));
    packer.end({ topic: InputTopic.init, partition: 0, offset: 7 });
    packer.message(InputTopic.init, message(0, 8));
    const counts = packer.take().events.map((event) => ('run' in event ? event.run.count : 'end'));
    assert.deepEqual(counts, [3, 1, 1, 1, 'end', 1]);
  });

  it('keep null and empty keys and values apart, and every byte of them', () => {
    const packer = new RunPacker();
    const given: Partial<Kafka.Message>[] = [
      { key: null, value: null },
      { key: '', value: Buffer.alloc(0) },
      { key: 'é', value: Buffer.from([0, 255]) },
      { key: Buffer.from([255]), value: null },
    ];
    for (const [offset, rest] of given.entries()) packer.message(InputTopic.init, message(0, offset, rest));
    const [event] = packer.take().events;
    assert.ok(event !== undefined && 'run' in event);
    const cursor = new FrameCursor(event.run.buffer, event.run.start, event.run.end);
    for (const { key, value } of given) {
      assert.ok(cursor.advance());
      assert.deepEqual(cursor.key(), typeof key === 'string' ? Buffer.from(key) : key);
      assert.deepEqual(cursor.value(), value);
    }
  });

  it('carry the record timestamps; a record without one has -1', () => {
    const packer = new RunPacker();
    const { timestamp: _, ...withoutTimestamp } = message(0, 1);
    packer.message(InputTopic.init, message(0, 0, { timestamp: 1_700_000_000_123 }));
    packer.message(InputTopic.init, withoutTimestamp);
    const [event] = packer.take().events;
    assert.ok(event !== undefined && 'run' in event);
    const cursor = new FrameCursor(event.run.buffer, event.run.start, event.run.end);
    assert.deepEqual([cursor.advance(), cursor.timestampMs], [true, 1_700_000_000_123]);
    assert.deepEqual([cursor.advance(), cursor.timestampMs], [true, -1]);
  });

  it('whose offsets do not rise are an assertion: the merge looks at the ends of a run only', () => {
    for (const offsets of [
      [3, 3],
      [3, 2, 4],
    ]) {
      const packer = new RunPacker();
      assert.throws(
        () => {
          for (const offset of offsets) packer.message(InputTopic.init, message(0, offset));
        },
        { exitCode: 70, message: /broken invariant/ },
      );
    }
  });
});
