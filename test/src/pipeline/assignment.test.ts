import assert from 'node:assert/strict';
import { InputTopic } from '../../../src/frames.js';
import { RunPacker } from '../../../src/kafka/runs.js';
import { Assignment, pairPartitions } from '../../../src/pipeline/assignment.js';

const { init, requests } = InputTopic;
const ready = (partition: number) => ({ partition, start: { init: 0, requests: 0 }, changelogPosition: 7 });
const consumed = (partition: number, topic: InputTopic, from: number, count: number) => {
  const packer = new RunPacker();
  for (let offset = from; offset < from + count; offset += 1) {
    packer.message(topic, { topic: '', partition, offset, size: 1, key: null, value: Buffer.from('v'), timestamp: 5 });
  }
  return packer.take();
};

describe('an assignment', () => {
  it('pairs partitions that have both topics, in order, and sets aside those that have one', () => {
    const given = [
      { topic: requests, partition: 2 },
      { topic: init, partition: 2 },
      { topic: init, partition: 0 },
      { topic: requests, partition: 1 },
      { topic: init, partition: 1 },
      { topic: requests, partition: 3 },
    ];
    assert.deepEqual(pairPartitions(given), {
      paired: [1, 2],
      unpaired: [
        { topic: init, partition: 0 },
        { topic: requests, partition: 3 },
      ],
    });
  });

  it('pauses a topic of a partition once above its limit, and resumes it once at half of it', () => {
    const assignment = new Assignment([ready(0), ready(1)], { bytes: undefined });
    const side = { topic: requests, partition: 1 };
    assignment.add(consumed(1, requests, 0, 10));
    assert.deepEqual(assignment.takeOverfull(10), []);
    assignment.add(consumed(1, requests, 10, 1));
    assert.deepEqual(assignment.takeOverfull(10), [side]);
    assert.deepEqual(assignment.takeOverfull(10), []);
    assignment.get(1).merge.markEnd(init);
    assignment.get(1).merge.take(5, []);
    assert.deepEqual(assignment.takeRelieved(10), []);
    assignment.get(1).merge.take(1, []);
    assert.deepEqual(assignment.takeRelieved(10), [side]);
    assert.deepEqual(assignment.takeRelieved(10), []);
  });

  it('goes back to what is committed, and forgets what was merged, paused and known of the ends', () => {
    const assignment = new Assignment([ready(0)], { bytes: undefined });
    const partition = assignment.get(0);
    assignment.add(consumed(0, requests, 0, 5));
    assignment.add({ count: 0, events: [{ end: { topic: init, partition: 0, offset: 0 } }] });
    assignment.takeOverfull(1);
    partition.positions = { init: 0, requests: 5 };
    partition.committed = { init: 0, requests: 2 };
    assert.deepEqual([...assignment.rewind()], [[0, { init: 0, requests: 2 }]]);
    assert.deepEqual(partition.positions, { init: 0, requests: 2 });
    assert.equal(partition.merge.buffered(requests), 0);
    assert.deepEqual(assignment.takeRelieved(1), []);
    assert.equal(assignment.touched.size, 0);
    assignment.add(consumed(0, requests, 2, 1));
    assert.equal(partition.merge.take(10, []), 0);
  });

  it('an end of a partition that was taken away is ignored; a record of one is an assertion', () => {
    const assignment = new Assignment([ready(0)], { bytes: undefined });
    assignment.add({ count: 0, events: [{ end: { topic: init, partition: 5, offset: 0 } }] });
    assert.throws(() => assignment.add(consumed(5, init, 0, 1)), { exitCode: 70, message: /broken invariant/ });
  });
});
