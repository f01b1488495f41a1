import assert from 'node:assert/strict';
import fc from 'fast-check';
import { descriptionTable } from '../../../src/topics/description-table.js';
import {
  lagOf,
  offsetsOf,
  replicationOf,
  type TopicDescription,
  underReplicatedOf,
} from '../../../src/topics/topic-description.js';

const partition = (number: number, beginning: number, end: number) => ({
  ...{ partition: number, leader: 1, replicas: [1, 2, 3], inSyncReplicas: [1, 2, 3], beginning, end },
});

const topic: TopicDescription = {
  name: 'section-status',
  id: 'an-id',
  partitions: [partition(0, 0, 1_000), partition(1, 10, 200), { ...partition(2, 0, 0), inSyncReplicas: [1] }],
  ownConfigs: { 'cleanup.policy': 'compact', 'segment.ms': '600000' },
  configs: { 'cleanup.policy': 'compact', 'min.insync.replicas': '2', 'retention.ms': '1', 'segment.ms': '600000' },
  groups: [{ group: 'readers', state: 'Stable', lag: 12, partitionsBehind: 1 }],
};

describe('the description of a topic', () => {
  it('has a lag for every record that a group has not passed, and none for what it has', () => {
    const ends = fc.array(fc.record({ beginning: fc.nat(50), length: fc.nat(50), committed: fc.option(fc.nat(150)) }));
    fc.assert(
      fc.property(ends, (drawn) => {
        const partitions = drawn.map(({ beginning, length }, at) => partition(at, beginning, beginning + length));
        const committed = drawn.flatMap((one, at) =>
          one.committed === null ? [] : [{ partition: at, offset: one.committed }],
        );
        const left = drawn.map(({ beginning, length, committed: at }) =>
          Array.from({ length }, (_, index) => beginning + index).filter((offset) => offset >= (at ?? 0)),
        );
        assert.deepEqual(lagOf(partitions, committed), {
          lag: left.flat().length,
          partitionsBehind: left.filter(({ length }) => length > 0).length,
        });
      }),
    );
  });

  it('adds up offsets, and tells the least replication and what lacks a replica', () => {
    assert.equal(offsetsOf(topic), 1_190);
    assert.equal(replicationOf(topic), 3);
    assert.equal(underReplicatedOf(topic), 1);
    assert.equal(underReplicatedOf({ partitions: [{ ...partition(0, 0, 0), leader: -1 }] }), 1);
  });

  it('is told in two aligned tables, of configurations those that matter and those of its own', () => {
    assert.equal(
      descriptionTable([topic]),
      `${[
        'TOPIC           PARTITIONS  REPLICATION  IN SYNC                RECORDS  CONFIGURATION',
        'section-status  3           3            1 partitions lack one  ≤ 1,190  cleanup.policy=compact min.insync.replicas=2 segment.ms=600000',
        '',
        'GROUP    STATE   TOPIC           LAG  PARTITIONS BEHIND',
        'readers  Stable  section-status  12   1',
      ].join('\n')}\n`,
    );
    assert.match(
      descriptionTable([{ ...topic, groups: [] }]),
      /\n\nNo consumer group has committed an offset of them\.\n$/,
    );
  });
});
