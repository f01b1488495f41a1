import assert from 'node:assert/strict';
import { FrameWriter, InputTopic } from '../../../src/frames.js';
import { consumerLagOf, heldBackRecordsOf } from '../../../src/metrics/consumer-lag.js';
import { AssignedPartition } from '../../../src/pipeline/assignment.js';
import { withPosition } from '../../../src/pipeline/positions.js';

const assigned = (): AssignedPartition =>
  new AssignedPartition({ partition: 3, start: { init: 10, requests: 100 }, changelogPosition: 0 });

/** Reads a request, which waits for the end of the init topic. */
function read(partition: AssignedPartition, offset: number): void {
  const writer = new FrameWriter();
  writer.append({ partition: 3, topic: InputTopic.requests, offset, timestampMs: 1 }, Buffer.of(1), null);
  const { buffer, sizeBytes: end } = writer;
  const run = { topic: InputTopic.requests, partition: 3, buffer, start: 0, end, count: 1 };
  partition.merge.add({ ...run, firstOffset: offset, lastOffset: offset });
}

describe('the consumer lag of a partition', () => {
  it('is what lies between the committed offsets and the ends of both inputs', () => {
    const ends = (topic: InputTopic) => (topic === InputTopic.init ? 13 : 150);
    assert.equal(consumerLagOf(assigned(), ends), 53);
  });

  it('is not known before an end was told', () => {
    assert.equal(
      consumerLagOf(assigned(), () => undefined),
      0,
    );
  });

  it('is none at the end, though a marker of a transaction lies behind what is committed', () => {
    const partition = assigned();
    for (const topic of [InputTopic.init, InputTopic.requests]) partition.merge.markEnd(topic);
    assert.equal(
      consumerLagOf(partition, () => 10_000),
      0,
    );
  });

  it('is what is in flight or held back at the end', () => {
    const partition = assigned();
    read(partition, 100);
    for (const topic of [InputTopic.init, InputTopic.requests]) partition.merge.markEnd(topic);
    assert.equal(heldBackRecordsOf(partition), 1);
    assert.equal(
      consumerLagOf(partition, () => undefined),
      1,
    );
    partition.merge.take(10, []);
    partition.positions = withPosition(partition.positions, InputTopic.requests, 101);
    assert.equal(heldBackRecordsOf(partition), 0);
    assert.equal(
      consumerLagOf(partition, () => undefined),
      1,
    );
    partition.committed = partition.positions;
    assert.equal(
      consumerLagOf(partition, () => undefined),
      0,
    );
  });
});
