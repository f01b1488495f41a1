import assert from 'node:assert/strict';
import { InputTopic } from '../../../src/frames.js';
import { RunPacker } from '../../../src/kafka/runs.js';
import { Assignment } from '../../../src/pipeline/assignment.js';
import { metadataOf } from '../../support/fakes/input.js';

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
  it('pauses a topic of a partition once above its limit, and resumes it once at half of it', () => {
    const assignment = new Assignment([ready(0), ready(1)], metadataOf(1));
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
    const assignment = new Assignment([ready(0)], metadataOf(1));
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

  it('of which some partitions are taken back goes on with the others, and goes back with the others only', () => {
    const assignment = new Assignment([ready(0), ready(1)], metadataOf(1));
    for (const partition of [0, 1]) assignment.add(consumed(partition, requests, 0, 5));
    assert.deepEqual(assignment.revoke(new Set([1, 7])), [1]);
    assert.deepEqual(assignment.kept, [0]);
    for (const partition of [0, 1]) assignment.add(consumed(partition, requests, 5, 5));
    assert.deepEqual(
      [...assignment.touched].map(({ number }) => number),
      [0],
    );
    assert.equal(assignment.get(1).merge.buffered(requests), 0);
    assert.deepEqual(assignment.takeOverfull(1), [{ topic: requests, partition: 0 }]);
    assert.deepEqual([...assignment.rewind().keys()], [0]);
    assignment.remove([1]);
    assert.deepEqual([...assignment.partitions.keys()], [0]);
    assert.throws(() => assignment.remove([0]), { message: /is revoked before/ });
  });

  it('takes in partitions that come later, each once', () => {
    const assignment = new Assignment([ready(0)], metadataOf(1));
    assignment.include([ready(1)]);
    assert.deepEqual(assignment.kept, [0, 1]);
    assert.throws(() => assignment.include([ready(1)]), { message: /assigned once/ });
  });

  it('that is lost keeps nothing', () => {
    const assignment = new Assignment([ready(0)], metadataOf(1));
    assignment.lost = true;
    assert.deepEqual(assignment.kept, []);
    assert.equal(assignment.rewind().size, 0);
  });

  it('knows no end any more once they are forgotten, until each is told again', () => {
    const assignment = new Assignment([ready(0)], metadataOf(1));
    const end = { count: 0, events: [{ end: { topic: init, partition: 0, offset: 0 } }] };
    assignment.add(end);
    assignment.forgetEnds();
    assignment.add(consumed(0, requests, 0, 3));
    assert.equal(assignment.get(0).merge.take(10, []), 0);
    assignment.add(end);
    assert.equal(assignment.get(0).merge.take(10, []), 3);
  });

  it('an end of a partition that was taken away is ignored; a record of one is an assertion', () => {
    const assignment = new Assignment([ready(0)], metadataOf(1));
    assignment.add({ count: 0, events: [{ end: { topic: init, partition: 5, offset: 0 } }] });
    assert.throws(() => assignment.add(consumed(5, init, 0, 1)), { exitCode: 70, message: /broken invariant/ });
  });
});
