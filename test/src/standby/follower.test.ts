import assert from 'node:assert/strict';
import { Follower } from '../../../src/standby/follower.js';
import type { StandbyProgress } from '../../../src/standby/standby.js';
import { FakeChangelogTail } from '../../support/fakes/changelog-tail.js';
import { FakeDaemon } from '../../support/fakes/daemon.js';
import { FakeKafka } from '../../support/fakes/kafka.js';
import { MemoryLog } from '../../support/fakes/log.js';
import { initRecord } from '../../support/fakes/records.js';
import { slotSettings, topicNames } from '../../support/fakes/settings.js';
import { FakeSlots } from '../../support/fakes/slots.js';
import { Steps, turn, until } from '../../support/fakes/steps.js';
import { MemoryStores } from '../../support/fakes/stores.js';
import { FakeWatermarks } from '../../support/fakes/watermarks.js';

const partitions = 3;
const imagesEach = 10;
const clusterId = 'a cluster';

describe('the standby', () => {
  let kafka: FakeKafka;
  let stores: MemoryStores;
  let slots: FakeSlots;
  let steps: Steps;
  let tail: FakeChangelogTail;
  let log: MemoryLog;
  let nowMs: number;
  let rests: number[];
  let last: StandbyProgress;
  let read: number;
  let follower: Follower;

  /** Puts images of ten sections into each partition's changelog. */
  before(async () => {
    kafka = new FakeKafka();
    const all = [...Array(partitions).keys()];
    for (const partition of all)
      for (let offset = 0; offset < imagesEach; offset += 1)
        kafka.add(initRecord({ section: `S${offset}` }, { partition, offset }));
    const owner = new FakeDaemon(kafka, new MemoryStores(), { batch: { maxMessages: 1 } }).start(...all);
    await owner.caughtUp(...all);
    await owner.stop();
  });
  beforeEach(() => {
    steps = new Steps();
    [stores, log, rests, nowMs, read] = [new MemoryStores(), new MemoryLog(), [], 0, 0];
    slots = new FakeSlots(slotSettings(), stores, 2, steps);
    tail = new FakeChangelogTail(kafka, steps);
    follower = new Follower({
      ...{ topic: topicNames.changelog, partitions, clusterId, tail, slots, log },
      watermarks: new FakeWatermarks(kafka, steps),
      onProgress: (progress) => {
        last = progress;
        read += progress.records;
      },
      clock: {
        nowMs: () => nowMs,
        rest: (durationMs) => {
          rests.push(durationMs);
          return turn();
        },
      },
    });
  });
  afterEach(() => follower.stop());

  const held = (partition: number): number => stores.of(partition).images.size;
  const isLevel = (partition: number): boolean => stores.of(partition).mark?.changelogPosition === imagesEach;
  const level = (...which: number[]): Promise<void> => until(() => which.every(isLevel), 'they are level');
  const isIdle = async (): Promise<void> => {
    const rounds = rests.length + 5;
    await until(() => rests.length >= rounds, 'some rounds went by');
  };

  it('follows every partition until some are owned, and tells how far it is', async () => {
    follower.start();
    await until(() => last?.partitions === 3 && last.lagRecords > 0, 'it is on its way');
    await level(0, 1, 2);
    await isIdle();
    assert.deepEqual(last, { partitions: 3, lagRecords: 0, records: 0 });
    assert.equal(read, partitions * imagesEach);
    assert.deepEqual(log.of('standingBy'), [{ partitions: [0, 1, 2] }]);
    assert.deepEqual([0, 1, 2].map(held), [imagesEach, imagesEach, imagesEach]);
  });

  for (const step of ['watermarks', 'standBy', 'tail follow', 'tail', 'follow']) {
    it(`gives no task on a partition that was released while it was at ${step}`, async () => {
      let isThere = false;
      steps.before((one) => {
        isThere ||= one === step;
      });
      const goOn = steps.hold(step);
      follower.start();
      await until(() => isThere, 'it is there');
      follower.release([0, 1, 2]);
      const tasks = slots.tasks.length;
      const opened = [
        slots.run(0, { kind: 'open', partitions: [0, 2] }),
        slots.run(1, { kind: 'open', partitions: [1] }),
      ];
      goOn();
      await Promise.all(opened);
      await isIdle();
      assert.deepEqual(
        slots.tasks.slice(tasks).map(({ task }) => task.kind),
        ['open', 'open'],
      );
      assert.deepEqual([last.partitions, [...tail.followed]], [0, []]);
      assert.deepEqual(log.of('standbyFailed'), []);
    });
  }

  it('tells the lag of what is fetched no more by what others know of the end', async () => {
    follower.start();
    await level(0, 1, 2);
    follower.noteChangelogEnd(1, imagesEach + 5);
    follower.noteChangelogEnd(7, imagesEach);
    await isIdle();
    assert.deepEqual([last.lagRecords, follower.followed], [5, [0, 1, 2]]);
  });

  it('takes a partition up again where its owner left it', async () => {
    follower.start();
    await level(0, 1, 2);
    follower.release([2]);
    await slots.run(0, { kind: 'open', partitions: [2] });
    const mark = { positions: { init: imagesEach, requests: 0 }, changelogPosition: 7, clusterId };
    await slots.run(0, { kind: 'restored', partition: 2, mark });
    await slots.run(0, { kind: 'close', partitions: [2] });
    read = 0;
    follower.follow([2]);
    await level(2);
    await isIdle();
    assert.equal(read, imagesEach - 7);
    assert.deepEqual(stores.of(2).mark, { ...mark, changelogPosition: imagesEach });
  });

  it('that can not write tells so and goes on with the others; later it tries again from where it was', async () => {
    stores.failWrites(new Error('the disk is full'));
    follower.start();
    await until(() => log.of('standbyFailed').length === partitions, 'each has failed');
    assert.match(log.entries.at(-1)?.sentence ?? '', /is not followed for 10000 ms: the disk is full/);
    await isIdle();
    assert.equal(last.partitions, 0);
    assert.equal(log.of('standbyFailed').length, partitions);
    stores.failWrites(undefined);
    nowMs += 10_000;
    await level(0, 1, 2);
    assert.equal(log.of('standbyFailed').length, partitions);
  });

  it('stops in front of a damaged image, while the others go on', async () => {
    const image = kafka.changelog(1)[4];
    assert.ok(image?.value);
    image.value.writeUInt8(image.value.readUInt8(70) ^ 1, 70);
    follower.start();
    await level(0, 2);
    await until(() => log.of('standbyFailed').length === 1, 'the damaged one has failed');
    image.value.writeUInt8(image.value.readUInt8(70) ^ 1, 70);
    assert.deepEqual(log.of('standbyFailed'), [{ partition: 1 }]);
    assert.match(log.entries.find(({ event }) => event === 'standbyFailed')?.sentence ?? '', /damaged image/);
    assert.ok((stores.of(1).mark?.changelogPosition ?? 0) <= 4);
    nowMs += 10_000;
    await level(1);
  });

  it('does not touch a store of another cluster, or one that the changelog does not reach to', async () => {
    const foreign = { positions: undefined, changelogPosition: 2, clusterId: 'another cluster' };
    const beyond = { positions: undefined, changelogPosition: imagesEach + 1, clusterId };
    stores.of(0).mark = foreign;
    stores.of(1).mark = beyond;
    follower.start();
    await level(2);
    await isIdle();
    assert.deepEqual([stores.of(0).mark, stores.of(1).mark, held(0), held(1)], [foreign, beyond, 0, 0]);
    assert.deepEqual([stores.of(0).isOpen, stores.of(1).isOpen], [false, false]);
    const sentences = log.entries.flatMap(({ event, sentence = '' }) => (event === 'standbyFailed' ? [sentence] : []));
    assert.match(sentences[0] ?? '', /belongs to the Kafka cluster another cluster/);
    assert.match(sentences[1] ?? '', /followed app-changelog to offset 11, but the topic ends at 10/);
  });

  for (const step of ['watermarks', 'tail', 'tail follow']) {
    it(`survives that Kafka can not be read (${step}), and loses nothing by it`, async () => {
      steps.failOnce(step, new Error('the broker is away'));
      follower.start();
      await until(() => log.of('standbyFailed').length === 1, 'it was told');
      assert.match(log.entries.at(-1)?.sentence ?? '', /nothing is followed for 10000 ms: the broker is away/);
      await isIdle();
      assert.equal(last.partitions, 0);
      nowMs += 10_000;
      await level(0, 1, 2);
      assert.deepEqual([0, 1, 2].map(held), [imagesEach, imagesEach, imagesEach]);
      assert.equal(log.of('standbyFailed').length, 1);
    });
  }

  it('tells of a store that it set aside, and follows from the beginning', async () => {
    stores.of(0).damage = 'its file is damaged';
    follower.start();
    await level(0);
    assert.deepEqual(log.of('storeSetAside'), [{ partition: 0, reason: 'its file is damaged', setAside: '0.aside' }]);
  });

  it('rests three times as long as it kept a slot, and a while when there was little to do', async () => {
    const run = slots.run.bind(slots);
    let tookMs = 200;
    slots.run = async (slot, task) => ({ ...(await run(slot, task)), tookMs });
    follower.start();
    await level(0, 1, 2);
    assert.deepEqual(new Set(rests), new Set([600]));
    tookMs = 10;
    await isIdle();
    assert.equal(rests.at(-1), 250);
  });

  it('closes its stores at the end, without another image after it was told to stop', async () => {
    follower.start();
    await until(() => slots.given('follow').length > 0, 'it follows');
    follower.stop();
    const given = slots.given('follow').length;
    await follower.close();
    for (let turns = 0; turns < 5; turns += 1) await turn();
    assert.equal(slots.given('follow').length, given);
    assert.deepEqual(
      [0, 1, 2].map((partition) => stores.of(partition).isOpen),
      [false, false, false],
    );
    assert.equal(steps.done.at(-1), 'close tail');
  });

  it('ends although a call to Kafka does not', async () => {
    steps.hold('watermarks');
    follower.start();
    await turn();
    await follower.close();
    assert.deepEqual(slots.given('standBy'), []);
  });
});
