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
const stale = (): Error => Object.assign(new Error('stale member epoch'), { code: 113 });

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

  it('that fail end the process (75; 78 for want of rights), and nobody waits for them for ever', async () => {
    commits.add([at(0, 1)]);
    consumer.answer(Object.assign(new Error('no coordinator'), { code: 15 }));
    assert.equal(errors[0]?.exitCode, 75);
    assert.match(errors[0].message, /15/);
    await commits.answered();
    consumer.refusal = new Error('not connected');
    commits.add([at(0, 2)]);
    assert.equal(errors.length, 2);
    await commits.answered();
    consumer.refusal = undefined;
    commits.add([at(0, 3)]);
    consumer.answer(Object.assign(new Error('not authorized'), { code: 30 }));
    assert.equal(errors[2]?.exitCode, 78);
  });

  it('that come when the partitions are on their way to others are no failure: the next owner begins earlier', async () => {
    for (const code of [22, 25, 27, 110]) {
      commits.add([at(0, code)]);
      consumer.answer(Object.assign(new Error('too late'), { code }));
      await commits.answered();
    }
    assert.equal(errors.length, 0);
  });

  it('are waited for by those who had them added before, not by what comes after', async () => {
    commits.add([at(0, 1)]);
    commits.add([at(0, 2)]);
    const waiting = commits.answered();
    for (let offset = 3; offset < 5; offset += 1) {
      consumer.answer();
      commits.add([at(0, offset)]);
    }
    await waiting;
    assert.deepEqual(consumer.commits.flat(), ['in-0@1', 'in-0@2', 'in-0@3']);
  });

  it("that come before the member's new epoch are sent again, the same ones, before later ones", async () => {
    commits.add([at(0, 1)]);
    commits.add([at(0, 2)]);
    const waiting = commits.answered();
    consumer.answer(stale());
    while (consumer.commits.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    consumer.answer();
    consumer.answer();
    await waiting;
    assert.deepEqual(consumer.commits.flat(), ['in-0@1', 'in-0@1', 'in-0@2']);
    assert.equal(errors.length, 0);
  });

  it('of a lost assignment are not sent again, nor those that wait, and nobody waits for them', async () => {
    commits.add([at(0, 1)]);
    commits.add([at(0, 2)]);
    const waiting = commits.answered();
    consumer.answer(stale());
    commits.lose();
    await waiting;
    commits.begin();
    commits.add([at(1, 7)]);
    commits.add([at(1, 8)]);
    const further = commits.answered();
    commits.lose();
    consumer.answer();
    await further;
    assert.deepEqual(consumer.commits.flat(), ['in-0@1', 'in-1@7']);
  });

  it('of a lost assignment are not sent again when they are refused only under the next one', async () => {
    commits.add([at(0, 1)]);
    commits.lose();
    commits.begin();
    commits.add([at(1, 7)]);
    consumer.answer(stale());
    consumer.answer(stale());
    while (consumer.commits.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
    consumer.answer();
    await commits.answered();
    assert.deepEqual(consumer.commits.flat(), ['in-0@1', 'in-1@7', 'in-1@7']);
    assert.equal(errors.length, 0);
  });

  it('of a lost assignment that are added behind one on its way are not sent under the next one', async () => {
    commits.add([at(0, 1)]);
    commits.lose();
    commits.add([at(0, 2)]);
    consumer.answer();
    await commits.answered();
    commits.begin();
    commits.add([at(1, 7)]);
    assert.deepEqual(consumer.commits.flat(), ['in-0@1', 'in-1@7']);
  });
});
