import assert from 'node:assert/strict';
import { followChangelogEnds } from '../../src/changelog-ends.js';
import type { OffsetRange } from '../../src/kafka/watermarks.js';
import { MemoryLog } from '../support/fakes/log.js';
import { turn } from '../support/fakes/steps.js';

describe("the changelog's ends", () => {
  const realSetInterval = globalThis.setInterval;
  let ticks: (() => void)[];
  let asked: string[];
  let noted: string[];
  let log: MemoryLog;
  let answer: (partition: number) => Promise<OffsetRange>;
  let end: () => void;
  beforeEach(() => {
    [asked, noted, log] = [[], [], new MemoryLog()];
    ticks = [];
    globalThis.setInterval = ((tick: () => void) => {
      ticks.push(tick);
      return realSetInterval(() => undefined, 60_000);
    }) as typeof setInterval;
    answer = async (partition) => ({ low: 1, high: 10 + partition });
    end = followChangelogEnds({
      ...{ topic: 'changelog', log, partitions: () => [0, 3] },
      note: (partition, offset) => noted.push(`${partition}@${offset}`),
      watermarks: {
        range: (topic, partition) => {
          asked.push(`${topic}-${partition}`);
          return answer(partition);
        },
        close: async () => undefined,
      },
    });
  });
  afterEach(() => {
    end();
    globalThis.setInterval = realSetInterval;
  });
  async function pass(): Promise<void> {
    for (const tick of ticks) tick();
    await turn();
  }

  it('are asked for at an interval, partition by partition', async () => {
    assert.deepEqual(asked, []);
    await pass();
    assert.deepEqual(
      [asked, noted],
      [
        ['changelog-0', 'changelog-3'],
        ['0@10', '3@13'],
      ],
    );
    await pass();
    assert.equal(noted.length, 4);
  });

  it('that are not known for a while are a warning, and asked for again', async () => {
    answer = () => Promise.reject(new Error('the broker is away'));
    await pass();
    assert.deepEqual(noted, []);
    assert.match(log.entries[0]?.sentence ?? '', /the broker is away/);
    answer = async () => ({ low: 0, high: 5 });
    await pass();
    assert.deepEqual(noted, ['0@5', '3@5']);
  });

  it('are asked for once at a time', async () => {
    let goOn: (range: OffsetRange) => void = () => undefined;
    answer = () =>
      new Promise((resolve) => {
        goOn = resolve;
      });
    await pass();
    await pass();
    assert.equal(asked.length, 1);
    answer = async () => ({ low: 0, high: 2 });
    goOn({ low: 0, high: 1 });
    await turn();
    assert.deepEqual(noted, ['0@1', '3@2']);
    assert.equal(asked.length, 2);
  });
});
