import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FrameCursor, FrameWriter, InputTopic, inputTopics } from '../../../src/frames.js';
import { PartitionMerge, type Run } from '../../../src/pipeline/merge.js';

type Item = { readonly topic: InputTopic; readonly offset: number; readonly timestampMs: number };

const broken = { exitCode: 70, message: /broken invariant/ };
const none: readonly Item[] = [];

/** A run behind some bytes that are not its own. */
function runOf(items: readonly Item[]): Run {
  const writer = new FrameWriter();
  writer.append({ partition: 9, topic: 9, offset: 9, timestampMs: 9 }, Buffer.from('not of this run'), null);
  const start = writer.sizeBytes;
  for (const item of items) writer.append({ partition: 3, ...item }, Buffer.alloc(item.offset % 13), null);
  const [first, last] = [items[0]!, items.at(-1)!];
  const offsets = { firstOffset: first.offset, lastOffset: last.offset };
  const { buffer, sizeBytes: end } = writer;
  return { topic: first.topic, partition: 3, buffer, start, end, count: items.length, ...offsets };
}

/** The items of a run, read from its frames; what the run says of itself must be true. */
function itemsOf(run: Run): Item[] {
  const items: Item[] = [];
  const cursor = new FrameCursor(run.buffer, run.start, run.end);
  while (cursor.advance()) {
    const { topic, offset, timestampMs } = cursor;
    items.push({ topic: topic as InputTopic, offset, timestampMs });
  }
  assert.equal(items.length, run.count);
  assert.equal(items[0]?.offset, run.firstOffset);
  assert.equal(items.at(-1)?.offset, run.lastOffset);
  assert.ok(items.every(({ topic }) => topic === run.topic));
  return items;
}

function take(merge: PartitionMerge, limit = Number.MAX_SAFE_INTEGER): Item[] {
  const runs: Run[] = [];
  const taken = merge.take(limit, runs);
  const items = runs.flatMap(itemsOf);
  assert.equal(items.length, taken);
  return items;
}

/** KIP-353 as plainly as it can be written: two queues, one record at a time. */
class NaiveMerge {
  private readonly queues: Record<InputTopic, Item[]> = { 0: [], 1: [] };
  private readonly atEnd: Record<InputTopic, boolean> = { 0: false, 1: false };

  add(items: readonly Item[]): void {
    for (const item of items) {
      this.queues[item.topic].push(item);
      this.atEnd[item.topic] = false;
    }
  }
  markEnd(topic: InputTopic): void {
    this.atEnd[topic] = true;
  }
  take(limit: number): Item[] {
    const { 0: inits, 1: requests } = this.queues;
    const taken: Item[] = [];
    while (taken.length < limit) {
      const [init, request] = [inits[0], requests[0]];
      if (init === undefined && !this.atEnd[InputTopic.init]) break;
      if (request === undefined && !this.atEnd[InputTopic.requests]) break;
      const isInit = init !== undefined && (request === undefined || init.timestampMs <= request.timestampMs);
      const next = isInit ? inits.shift() : requests.shift();
      if (next === undefined) break;
      taken.push(next);
    }
    return taken;
  }
  buffered(topic: InputTopic): number {
    return this.queues[topic].length;
  }
}

type Action =
  | { readonly add: InputTopic; readonly steps: readonly { skipped: number; timestampMs: number }[] }
  | { readonly end: InputTopic }
  | { readonly limit: number };

const topic = fc.constantFrom(...inputTopics);
/** Few different times, so that ties and times that fall within a topic are common. */
const step = fc.record({ skipped: fc.integer({ min: 0, max: 2 }), timestampMs: fc.integer({ min: 0, max: 6 }) });
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ add: topic, steps: fc.array(step, { minLength: 1, maxLength: 8 }) }) },
  { weight: 2, arbitrary: fc.record({ end: topic }) },
  { weight: 3, arbitrary: fc.record({ limit: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constant(1_000)) }) },
);

const init = (offset: number, timestampMs: number): Item => ({ topic: InputTopic.init, offset, timestampMs });
const request = (offset: number, timestampMs: number): Item => ({ topic: InputTopic.requests, offset, timestampMs });

describe('the merge of the two inputs', () => {
  it('gives what the naive model of KIP-353 gives, whatever comes in whatever order, taken in whatever portions', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const merge = new PartitionMerge();
        const model = new NaiveMerge();
        const next: Record<InputTopic, number> = { 0: 0, 1: 0 };
        for (const one of actions) {
          if ('add' in one) {
            const items = one.steps.map(({ skipped, timestampMs }) => {
              const offset = next[one.add] + skipped;
              next[one.add] = offset + 1;
              return { topic: one.add, offset, timestampMs };
            });
            merge.add(runOf(items));
            model.add(items);
          } else if ('end' in one) {
            merge.markEnd(one.end);
            model.markEnd(one.end);
          } else assert.deepEqual(take(merge, one.limit), model.take(one.limit));
          for (const side of inputTopics) assert.equal(merge.buffered(side), model.buffered(side));
        }
        for (const side of inputTopics) {
          merge.markEnd(side);
          model.markEnd(side);
        }
        assert.deepEqual(take(merge), model.take(Number.MAX_SAFE_INTEGER));
      }),
      { numRuns: 500 },
    );
  });

  for (const [name, mine, other] of [
    ['requests wait for inits', request, init],
    ['inits wait for requests', init, request],
  ] as const) {
    it(`${name} that are neither buffered nor at their end`, () => {
      const merge = new PartitionMerge();
      const otherTopic = other(0, 0).topic;
      merge.add(runOf([mine(0, 1), mine(1, 5)]));
      assert.deepEqual(take(merge), none);
      merge.markEnd(mine(0, 0).topic);
      assert.deepEqual(take(merge), none);
      merge.add(runOf([other(0, 3)]));
      assert.deepEqual(take(merge), [mine(0, 1), other(0, 3)]);
      assert.deepEqual(take(merge), none);
      merge.markEnd(otherTopic);
      assert.deepEqual(take(merge), [mine(1, 5)]);
    });
  }

  it('an end that was passed since holds no longer: what is new on one side waits for the other again', () => {
    const merge = new PartitionMerge();
    merge.markEnd(InputTopic.init);
    merge.add(runOf([init(0, 1)]));
    merge.markEnd(InputTopic.requests);
    assert.deepEqual(take(merge), [init(0, 1)]);
    merge.add(runOf([request(0, 2)]));
    assert.deepEqual(take(merge), none);
  });

  it('an init goes before a request of the same time', () => {
    const merge = new PartitionMerge();
    merge.add(runOf([request(0, 7)]));
    merge.add(runOf([init(0, 7)]));
    merge.markEnd(InputTopic.init);
    assert.deepEqual(take(merge), [init(0, 7), request(0, 7)]);
  });

  it('with no init pending, runs of requests pass whole and uncut', () => {
    const merge = new PartitionMerge();
    const runs = [runOf([request(0, 5), request(1, 1)]), runOf([request(2, 3), request(4, 9)])];
    for (const run of runs) merge.add(run);
    merge.markEnd(InputTopic.init);
    const taken: Run[] = [];
    assert.equal(merge.take(1_000, taken), 4);
    assert.ok(taken.length === runs.length && taken.every((run, at) => run === runs[at]));
  });

  it('a run cut by a limit again and again loses and repeats nothing', () => {
    const items = Array.from({ length: 20 }, (_, at) => request(3 * at, 20 - at));
    const merge = new PartitionMerge();
    merge.add(runOf(items));
    merge.markEnd(InputTopic.init);
    const taken: Item[] = [];
    while (merge.buffered(InputTopic.requests) > 0) taken.push(...take(merge, 3));
    assert.deepEqual(taken, items);
  });

  it('runs whose offsets do not rise are an assertion', () => {
    for (const items of [[request(4, 0)], [request(3, 0), request(5, 0), request(6, 0)], [request(0, 0)]]) {
      const merge = new PartitionMerge();
      merge.add(runOf([request(3, 0), request(5, 0)]));
      assert.throws(() => merge.add(runOf(items)), broken);
    }
    assert.throws(() => new PartitionMerge().add(runOf([request(3, 0), request(2, 0)])), broken);
  });

  it('the record that came last may come once more, and counts once', () => {
    for (const items of [[request(5, 0)], [request(5, 0), request(7, 1)]]) {
      const merge = new PartitionMerge();
      merge.add(runOf([request(3, 0), request(5, 0)]));
      merge.add(runOf(items));
      assert.equal(merge.buffered(InputTopic.requests), 1 + items.length);
      merge.markEnd(InputTopic.init);
      assert.deepEqual(take(merge), [request(3, 0), ...items]);
    }
  });

  it('waits for both ends anew once they are forgotten', () => {
    const merge = new PartitionMerge();
    merge.markEnd(InputTopic.init);
    merge.forgetEnds();
    merge.add(runOf([request(3, 0)]));
    assert.deepEqual(take(merge), none);
    merge.markEnd(InputTopic.init);
    assert.deepEqual(take(merge), [request(3, 0)]);
  });

  it('a topic has offsets of its own', () => {
    const merge = new PartitionMerge();
    merge.add(runOf([request(5, 0)]));
    merge.add(runOf([init(5, 1)]));
    merge.markEnd(InputTopic.requests);
    assert.deepEqual(take(merge), [request(5, 0), init(5, 1)]);
  });
});
