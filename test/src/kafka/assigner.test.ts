import assert from 'node:assert/strict';
import type Kafka from 'node-rdkafka';
import { type Assigner, EagerAssigner, IncrementalAssigner } from '../../../src/kafka/assigner.js';

/** As much of node-rdkafka's consumer as assigners need. */
class FakeConsumer {
  readonly calls: string[] = [];

  assign(partitions: readonly Kafka.TopicPartitionOffset[]): void {
    this.note('assign', partitions);
  }
  unassign(): void {
    this.calls.push('unassign');
  }
  incrementalAssign(partitions: readonly Kafka.TopicPartitionOffset[]): void {
    this.note('incrementalAssign', partitions);
  }
  incrementalUnassign(partitions: readonly Kafka.TopicPartition[]): void {
    this.note('incrementalUnassign', partitions);
  }

  private note(name: string, partitions: readonly (Kafka.TopicPartition & { offset?: number })[]): void {
    this.calls.push([name, ...partitions.map(({ topic, partition }) => `${topic}-${partition}`)].join(' '));
  }
}

const at = (partition: number): Kafka.TopicPartitionOffset => ({ topic: 'in', partition, offset: 9 });

describe('what librdkafka is told', () => {
  let consumer: FakeConsumer;
  let isLost: boolean;
  const of = (kind: 'eager' | 'incremental'): Assigner => {
    const client = consumer as unknown as Kafka.KafkaConsumer;
    return kind === 'eager' ? new EagerAssigner(client) : new IncrementalAssigner(client, () => isLost);
  };
  beforeEach(() => {
    consumer = new FakeConsumer();
    isLost = false;
  });

  it('under the classic protocol is the whole assignment once it is restored, empty or not, and its whole end', () => {
    const assigner = of('eager');
    assert.equal(assigner.accept(1), true);
    assert.equal(assigner.accept(0), true);
    assigner.assign([at(0)]);
    assigner.unassign([at(0)]);
    assigner.assign([]);
    assigner.unassign([]);
    assert.deepEqual(consumer.calls, ['assign in-0', 'unassign', 'assign', 'unassign']);
  });

  it('under KIP-848 is an answer at once, so that the other partitions are read on, and the partitions later', () => {
    const assigner = of('incremental');
    assert.equal(assigner.accept(2), true);
    assert.deepEqual(consumer.calls, ['incrementalAssign']);
    assigner.assign([at(0), at(1)]);
    assert.equal(assigner.accept(0), false);
    assigner.assign([]);
    assert.deepEqual(consumer.calls.slice(1), ['incrementalAssign in-0 in-1', 'incrementalAssign']);
  });

  it('under KIP-848 is never to take away what it was not told to read, but always an answer', () => {
    const assigner = of('incremental');
    assigner.assign([at(0), at(1)]);
    assigner.unassign([at(1), at(2)]);
    assigner.unassign([at(1)]);
    assigner.unassign([]);
    assert.deepEqual(consumer.calls.slice(1), [
      ...['incrementalUnassign in-1', 'incrementalUnassign', 'incrementalUnassign'],
    ]);
  });

  it('under KIP-848 is nothing new once the assignment is lost, which it would take for an end of that', () => {
    const assigner = of('incremental');
    isLost = true;
    assigner.assign([at(0)]);
    assert.deepEqual(consumer.calls, []);
    assigner.unassign([at(0)]);
    assert.deepEqual(consumer.calls, ['incrementalUnassign']);
  });
});
