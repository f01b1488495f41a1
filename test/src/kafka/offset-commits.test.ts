import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type Kafka from 'node-rdkafka';
import type { FatalError } from '../../../src/errors.js';
import { OffsetCommits } from '../../../src/kafka/offset-commits.js';

/** As much of node-rdkafka's consumer as a commit needs. */
class FakeConsumer extends EventEmitter {
  readonly commits: string[][] = [];
  refusal: Error | undefined;

  commit(offsets: readonly Kafka.TopicPartitionOffset[]): void {
    if (this.refusal !== undefined) throw this.refusal;
    this.commits.push(offsets.map(({ topic, partition, offset }) => `${topic}-${partition}@${offset}`).sort());
  }
  answer(error: Error | null = null): void {
    this.emit('offset.commit', error, []);
  }
}

const at = (partition: number, offset: number): Kafka.TopicPartitionOffset => ({ topic: 'in', partition, offset });

describe('commits of offsets outside of a transaction', () => {
  let consumer: FakeConsumer;
  let commits: OffsetCommits;
  let errors: FatalError[];
  beforeEach(() => {
    consumer = new FakeConsumer();
    errors = [];
    commits = new OffsetCommits(consumer as unknown as Kafka.KafkaConsumer, (error) => errors.push(error));
  });

  it('go out one at a time; those added meanwhile wait, the latest of each partition', () => {
    commits.add([at(0, 1), at(1, 1)]);
    commits.add([at(0, 2)]);
    commits.add([at(0, 3), at(2, 7)]);
    assert.deepEqual(consumer.commits, [['in-0@1', 'in-1@1']]);
    consumer.answer();
    assert.deepEqual(consumer.commits.slice(1), [['in-0@3', 'in-2@7']]);
    consumer.answer();
    assert.equal(consumer.commits.length, 2);
  });

  it('are answered once the last of them is', async () => {
    await commits.answered();
    commits.add([at(0, 1)]);
    commits.add([at(0, 2)]);
    let answered = false;
    const waiting = commits.answered().then(() => {
      answered = true;
    });
    consumer.answer();
    await Promise.resolve();
    assert.equal(answered, false);
    consumer.answer();
    await waiting;
    assert.deepEqual(consumer.commits.flat(), ['in-0@1', 'in-0@2']);
    assert.equal(errors.length, 0);
  });

  it('that fail end the process (75), and nobody waits for them for ever', async () => {
    commits.add([at(0, 1)]);
    consumer.answer(Object.assign(new Error('not authorized'), { code: 30 }));
    assert.equal(errors[0]?.exitCode, 75);
    assert.match(errors[0].message, /30/);
    await commits.answered();
    consumer.refusal = new Error('not connected');
    commits.add([at(0, 2)]);
    assert.equal(errors.length, 2);
    await commits.answered();
  });

  it('that come when the partitions are on their way to others are no failure: the next owner begins earlier', async () => {
    for (const code of [22, 25, 27]) {
      commits.add([at(0, code)]);
      consumer.answer(Object.assign(new Error('too late'), { code }));
      await commits.answered();
    }
    assert.equal(errors.length, 0);
  });
});
