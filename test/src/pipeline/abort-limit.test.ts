import assert from 'node:assert/strict';
import { AbortLimit } from '../../../src/pipeline/abort-limit.js';
import { Assignment } from '../../../src/pipeline/assignment.js';
import type { Batch } from '../../../src/pipeline/batch.js';

const ready = (partition: number) => ({ partition, start: { init: 2, requests: 40 }, changelogPosition: 0 });

describe('the limit of aborts', () => {
  let assignment: Assignment;
  let limit: AbortLimit;
  beforeEach(() => {
    assignment = new Assignment([ready(0), ready(1)], { bytes: undefined });
    limit = new AbortLimit();
  });
  const batchOf = (...partitions: number[]): Batch => ({
    ...{ epoch: 0, assignment, messages: 1, slots: [], dispatchedAtMs: 0 },
    ends: new Map(partitions.map((partition) => [partition, { init: 2, requests: 50 }])),
  });
  const noteTimes = (batch: Batch, times: number): void => {
    for (let at = 0; at < times; at += 1) limit.note(batch);
  };
  const ends = { exitCode: 70, message: /5 times in a row.*partition 1.*init 2, requests 40/ };

  it('ends the process (70) at the fifth abort of the same records, naming partition and offsets', () => {
    noteTimes(batchOf(1), 4);
    assert.throws(() => limit.note(batchOf(1)), ends);
  });

  it('tells how often it was', () => {
    assert.deepEqual([limit.note(batchOf(1)), limit.note(batchOf(1))], [1, 2]);
  });

  it('counts anew once these records were committed', () => {
    noteTimes(batchOf(1), 4);
    assignment.get(1).committed = { init: 2, requests: 41 };
    noteTimes(batchOf(1), 4);
  });
});
