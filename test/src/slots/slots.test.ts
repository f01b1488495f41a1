import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import type { FatalError } from '../../../src/errors.js';
import { groupBySlot, PiscinaSlots } from '../../../src/slots/slots.js';
import type { BatchPart, PartitionMark, ProcessResult } from '../../../src/slots/tasks.js';
import { answersIn, framesFrom, type InputRecord, initRecord, requestRecord } from '../../support/fakes/records.js';
import { slotSettings } from '../../support/fakes/settings.js';
import { temporaryFolder } from '../../support/temporary.js';

/** The seats that a batch gave; its answers come grouped by their partition, so they are put in the order of the seats. */
const seatsInOrder = (result: ProcessResult): string[] =>
  answersIn(result)
    .flatMap(({ allocatedSeats }) => allocatedSeats)
    .sort((one, other) => Number(one.slice(2)) - Number(other.slice(2)));

describe('the slots of Piscina', () => {
  let storeDirectory: string;
  let slots: PiscinaSlots;
  let deaths: FatalError[];
  let threads: Worker[];
  const noteThread = (thread: Worker): void => {
    threads.push(thread);
  };
  before(() => {
    process.on('worker', noteThread);
  });
  after(() => {
    process.off('worker', noteThread);
  });
  beforeEach(() => {
    storeDirectory = temporaryFolder('slots');
    [deaths, threads] = [[], []];
    slots = started(storeDirectory);
  });
  afterEach(async () => {
    await slots.idle();
    await slots.destroy();
  });

  const started = (directory: string): PiscinaSlots =>
    new PiscinaSlots(
      [0, 1].map((slot) => slotSettings({ slot, storeDirectory: directory })),
      (error) => deaths.push(error),
    );

  const processIn = (partition: number, requests: number, records: readonly InputRecord[]) => {
    const frames = framesFrom(records);
    const part: BatchPart = { partition, start: 0, end: frames.sizeBytes, positions: { init: 1, requests } };
    return { frames, answer: slots.run(slots.slotOf(partition), { kind: 'process', frames, parts: [part] }) };
  };

  it('tell how busy each is, what waits there, and how long a task took, without being asked', async () => {
    const latencies: [string, number][] = [];
    await slots.destroy();
    slots = new PiscinaSlots(
      [0, 1].map((slot) => slotSettings({ slot, storeDirectory })),
      (error) => deaths.push(error),
      (kind, latencyMs) => latencies.push([kind, latencyMs]),
    );
    const [greeted, pinged] = [slots.run(0, { kind: 'hello' }), slots.run(0, { kind: 'ping' })];
    assert.deepEqual(
      slots.activity.map(({ queued, answered, busyMs }) => [queued, answered, busyMs]),
      [
        [2, 0, 0],
        [0, 0, 0],
      ],
    );
    await Promise.all([greeted, pinged]);
    const [busy, idle] = slots.activity;
    assert.deepEqual([busy?.queued, busy?.answered, idle?.busyMs], [0, 2, 0]);
    const [[first, greetingMs] = ['', 0], [second] = ['']] = latencies;
    assert.deepEqual([first, second], ['hello', 'ping']);
    // The worker's own time is a part of what the main thread waited.
    assert.ok(busy !== undefined && busy.busyMs > 0 && busy.busyMs <= greetingMs + (latencies[1]?.[1] ?? 0));
  });

  it('belong to partitions by their number, and tell which slot they are', async () => {
    assert.deepEqual(
      [0, 1, 2, 7].map((partition) => slots.slotOf(partition)),
      [0, 1, 0, 1],
    );
    assert.deepEqual(
      [...groupBySlot(slots, [4, 1, 2, 3])],
      [
        [0, [4, 2]],
        [1, [1, 3]],
      ],
    );
    const hellos = [1, 0].map((slot) => slots.run(slot, { kind: 'hello' }));
    assert.deepEqual(await Promise.all(hellos), [{ slot: 1 }, { slot: 0 }]);
  });

  it('carry out the tasks of a slot in the order they were given in, however many wait and whatever their size', async () => {
    const opening = [0, 1].map((slot) => slots.run(slot, { kind: 'open', partitions: [slot] }));
    const first = [0, 1].map((partition) =>
      processIn(partition, 0, [initRecord({ seatsPerRow: 100_000 }, { offset: 0, partition })]),
    );
    const answers: string[][] = [[], []];
    const done: Promise<unknown>[] = [];
    let offset = 0;
    for (let task = 0; task < 40; task += 1) {
      for (const partition of [0, 1]) {
        const records = Array.from({ length: task % 7 === 0 ? 500 : 1 }, (_, at) =>
          requestRecord({}, { offset: offset + at, partition }),
        );
        const { answer } = processIn(partition, offset + records.length, records);
        done.push(answer.then((result) => answers[partition]?.push(...seatsInOrder(result))));
      }
      offset += 500;
    }
    await Promise.all([...opening, ...first.map(({ answer }) => answer), ...done]);
    for (const seats of answers)
      assert.deepEqual(
        seats,
        seats.map((_, at) => `A-${at + 1}`),
      );
  });

  it('are handed the bytes of a batch, and hand back those of its result, without a copy kept', async () => {
    await slots.run(0, { kind: 'open', partitions: [0] });
    const { frames, answer } = processIn(0, 1, [initRecord({}, { offset: 0 }), requestRecord({}, { offset: 0 })]);
    assert.equal(frames.bytes.byteLength, 0);
    const { images, results } = await answer;
    assert.equal(results.count, 1);
    const mark: PartitionMark = {
      ...{ partition: 0, positions: { init: 1, requests: 1 } },
      ...{ changelogPosition: 0, clusterId: '' },
    };
    const persisted = slots.run(0, { kind: 'persist', marks: [mark], images });
    assert.equal(images.bytes.byteLength, 0);
    assert.deepEqual(await persisted, { images: 1 });
    assert.deepEqual(await slots.run(0, { kind: 'close', partitions: [0] }), { partitions: 1 });
    const [reopened] = await slots.run(0, { kind: 'open', partitions: [0] });
    const { partition, ...stored } = mark;
    assert.deepEqual(reopened, { partition, mark: stored, sections: 1, discarded: undefined });
  });

  it('fail with the exit code and the message that the worker failed with; the thread lives on, but every task behind tells the same', async () => {
    await assert.rejects(slots.run(0, { kind: 'reload', partitions: [6] }), {
      ...{ name: 'FatalError', exitCode: 70 },
      message: 'slot 0 does not own partition 6',
    });
    writeFileSync(join(storeDirectory, '9'), 'a file where a folder should be');
    const cause = { name: 'FatalError', exitCode: 78, message: /can't be opened/ };
    const behind = [slots.run(1, { kind: 'open', partitions: [9] }), slots.run(1, { kind: 'hello' })];
    for (const task of behind) await assert.rejects(task, cause);
    await assert.rejects(slots.run(1, { kind: 'hello' }), cause);
    assert.deepEqual(deaths, []);
  });

  it('whose worker dies are the end of the process (70): no task reaches the empty one that takes its place', async () => {
    await Promise.all([0, 1].map((slot) => slots.run(slot, { kind: 'hello' })));
    await threads[1]?.terminate();
    await nextTurn();
    assert.equal(deaths.length, 1);
    assert.equal(deaths[0]?.exitCode, 70);
    assert.match(deaths[0].message, /worker 1/);
    await assert.rejects(slots.run(1, { kind: 'hello' }), { exitCode: 70 });
    assert.deepEqual(await slots.run(0, { kind: 'hello' }), { slot: 0 });
  });

  it('that are ended on purpose are no death', async () => {
    await slots.run(0, { kind: 'hello' });
    await slots.destroy();
    assert.deepEqual(deaths, []);
  });
});
