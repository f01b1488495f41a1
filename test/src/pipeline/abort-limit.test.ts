import assert from 'node:assert/strict';
import { AbortLimit } from '../../../src/pipeline/abort-limit.js';
import { Assignment } from '../../../src/pipeline/assignment.js';
import type { Batch } from '../../../src/pipeline/batch.js';
import { metadataOf } from '../../support/fakes/input.js';

const kept = [0, 1];
const ready = (partition: number) => ({ partition, start: { init: 2, requests: 40 }, changelogPosition: 0 });

describe('the limit of aborts', () => {
  let assignment: Assignment;
  let limit: AbortLimit;
  beforeEach(() => {
    assignment = new Assignment([ready(0), ready(1)], metadataOf(1));
    limit = new AbortLimit();
  });
  const batchOf = (...partitions: number[]): Batch => ({
    ...{ epoch: 0, assignment, messages: 1, slots: [], dispatchedAtMs: 0 },
    ends: new Map(partitions.map((partition) => [partition, { init: 2, requests: 50 }])),
  });
  const noteTimes = (batch: Batch, times: number): void => {
    for (let at = 0; at < times; at += 1) limit.note(batch, kept);
  };
  const ends = { exitCode: 70, message: /5 times in a row.*partition 1.*init 2, requests 40/ };

  it('ends the process (70) at the fifth abort of the same records, naming partition and offsets', () => {
    noteTimes(batchOf(1), 4);
    assert.throws(() => limit.note(batchOf(1), kept), ends);
  });

  it('tells how often it was', () => {
    assert.deepEqual([limit.note(batchOf(1), kept), limit.note(batchOf(1), kept)], [1, 2]);
  });

  it('counts nothing of partitions that are given back', () => {
    for (let at = 0; at < 9; at += 1) assert.equal(limit.note(batchOf(1), [0]), 0);
    assert.equal(limit.note(batchOf(0, 1), [0]), 1);
  });

  it('counts anew once these records were committed', () => {
    noteTimes(batchOf(1), 4);
    assignment.get(1).committed = { init: 2, requests: 41 };
    noteTimes(batchOf(1), 4);
  });
});
