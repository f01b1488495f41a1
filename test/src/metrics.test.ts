import assert from 'node:assert/strict';
import { Metrics } from '../../src/metrics.js';
import { Assignment } from '../../src/pipeline/assignment.js';
import { metadataOf } from '../support/fakes/input.js';
import { MemoryLog } from '../support/fakes/log.js';
import { initRecord, rawRecord, requestRecord } from '../support/fakes/records.js';
import { slotSettings } from '../support/fakes/settings.js';
import { openedSlot } from '../support/fakes/slot-driver.js';

const batch = () => ({
  ...{ epoch: 0, assignment: new Assignment([], metadataOf(1)), messages: 1 },
  ...{ ends: new Map(), slots: [], dispatchedAtMs: performance.now() },
});

describe('the metrics', () => {
  it('are the sums of what was committed, with the reasons that occurred', async () => {
    const log = new MemoryLog();
    const metrics = new Metrics(log);
    const driver = await openedSlot(slotSettings({ emit: 'every' }));
    const init = initRecord({}, { offset: 0 });
    const first = await driver.process(init, requestRecord({ seatCount: 4 }, { offset: 0 }));
    const second = await driver.process(
      ...[requestRecord({ seatCount: 7 }, { offset: 1 }), requestRecord({ section: 'unknown' }, { offset: 2 })],
      ...[rawRecord(init.topic, 1, null), rawRecord(init.topic, 2, Buffer.from([1]))],
    );
    metrics.addCommitted(batch(), [first], {});
    metrics.addCommitted(batch(), [second, await driver.process()], {});
    metrics.commitAbortsTotal += 2;
    metrics.report();
    const [line] = log.of('metrics');
    assert.ok(line !== undefined);
    const { recordsConsumedTotal, initsTotal, requestsTotal, confirmedTotal, seatsSoldTotal } = line;
    assert.deepEqual(
      [recordsConsumedTotal, initsTotal, requestsTotal, confirmedTotal, seatsSoldTotal],
      [6, 1, 3, 1, 4],
    );
    assert.deepEqual(line.rejectedTotal, { unknownSection: 1, tooFewSeats: 1 });
    assert.deepEqual(line.deadLettersTotal, { undecodable: 1 });
    assert.deepEqual([line.nullValuesTotal, line.statusProducedTotal], [1, 3]);
    assert.deepEqual([line.batchesTotal, line.commitAbortsTotal], [2, 2]);
    assert.deepEqual(log.of('deadLetter'), [{ records: 1, undecodable: 1 }]);
  });

  it('go on counting from line to line, while the rate and the latencies are those since the last', async () => {
    const log = new MemoryLog();
    const metrics = new Metrics(log);
    const driver = await openedSlot(slotSettings());
    metrics.addCommitted(batch(), [await driver.process(initRecord({}, { offset: 0 }))], { compute: 2, end: 5 });
    metrics.report();
    metrics.report();
    const [one, other] = log.of('metrics');
    assert.equal(one?.recordsConsumedTotal, 1);
    assert.equal(other?.recordsConsumedTotal, 1);
    assert.equal(other.recordsConsumedRate, 0);
    assert.ok((one.commitLatencyMs as { max: number }).max > 0);
    assert.deepEqual(other.commitLatencyMs, { p50: 0, p99: 0, max: 0 });
    const { compute, end, persist } = one.commitPhasesMs as Record<string, { max: number }>;
    assert.deepEqual(
      [compute, end, persist].map((latency) => Math.round(latency?.max ?? Number.NaN)),
      [2, 5, 0],
    );
  });

  it('warn of sections with sold seats that were replaced, or were not', async () => {
    for (const onSold of ['replace', 'refuse'] as const) {
      const log = new MemoryLog();
      const driver = await openedSlot(slotSettings({ onSold }));
      const result = await driver.process(
        ...[initRecord({}, { offset: 0 }), requestRecord({}, { offset: 0 }), initRecord({}, { offset: 1 })],
      );
      new Metrics(log).addCommitted(batch(), [result], {});
      assert.deepEqual(log.of('sectionReplaced'), [{ key: '1-A', sold: 1, refused: onSold === 'refuse' }]);
    }
  });
});
