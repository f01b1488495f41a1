import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Metrics } from '../../../src/metrics/metrics.js';
import { metricTable } from '../../../src/metrics/table.js';
import { Assignment } from '../../../src/pipeline/assignment.js';
import { metadataOf } from '../../support/fakes/input.js';
import { MemoryLog } from '../../support/fakes/log.js';
import { initRecord, rawRecord, requestRecord } from '../../support/fakes/records.js';
import { slotSettings } from '../../support/fakes/settings.js';
import { openedSlot } from '../../support/fakes/slot-driver.js';
import { partitionOf } from '../../support/murmur2.js';

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

  it('tell a rate per second at any interval, and 0 at once when nothing came', async () => {
    const log = new MemoryLog();
    const metrics = new Metrics(log);
    const driver = await openedSlot(slotSettings());
    metrics.report();
    const startedMs = performance.now();
    const records = Array.from({ length: 500 }, (_, offset) => requestRecord({}, { offset }));
    metrics.addCommitted(batch(), [await driver.process(...records)], {});
    await sleep(50);
    metrics.report();
    const elapsedMs = performance.now() - startedMs;
    metrics.report();
    const [, one, other] = log.of('metrics');
    // The interval began before the clock was read, and ended before it was read again.
    assert.ok(Number(one?.recordsConsumedRate) >= (500 * 1_000) / (elapsedMs + 10), `${one?.recordsConsumedRate}`);
    assert.ok(Number(one?.recordsConsumedRate) <= (500 * 1_000) / 50, `${one?.recordsConsumedRate}`);
    assert.equal(other?.recordsConsumedRate, 0);
  });

  it('measure end to end from the first and the last record of a batch, by the clock at the commit', async () => {
    const log = new MemoryLog();
    const metrics = new Metrics(log);
    const driver = await openedSlot(slotSettings());
    const nowMs = Date.now();
    const result = await driver.process(
      requestRecord({}, { offset: 0, timestampMs: nowMs - 3_600_000 }),
      requestRecord({}, { offset: 1, timestampMs: nowMs - 60_000 }),
      requestRecord({}, { offset: 2, timestampMs: nowMs + 3_600_000 }),
    );
    assert.deepEqual(result.timestampsMs, { oldest: nowMs - 3_600_000, newest: nowMs + 3_600_000 });
    metrics.addCommitted(batch(), [result], {});
    metrics.report();
    const [line] = log.of('metrics');
    assert.ok(line !== undefined);
    const { p50, max } = line.endToEndLatencyMs as { p50: number; max: number };
    assert.ok(max >= 3_600_000 && max < 3_700_000, `${max}`);
    assert.ok(p50 < 1, 'a record of the future counts as 0');
  });

  it('bear any timestamp that Kafka can carry', async () => {
    const metrics = new Metrics(new MemoryLog());
    const driver = await openedSlot(slotSettings());
    const extremes = [-(2 ** 63), -1, 0, 2 ** 53, 2 ** 63 - 1024];
    const records = extremes.map((timestampMs, offset) => requestRecord({}, { offset, timestampMs }));
    for (const record of records) metrics.addCommitted(batch(), [await driver.process(record)], {});
    metrics.report();
  });

  it('warn of the first misrouted record, and only count the others', async () => {
    const log = new MemoryLog();
    const metrics = new Metrics(log);
    const expected = partitionOf(Buffer.from('1-A'), 8);
    const partition = (expected + 1) % 8;
    const driver = await openedSlot(slotSettings({ inputPartitions: 8 }));
    if (partition !== 0) await driver.open(partition);
    for (const offset of [0, 1])
      metrics.addCommitted(batch(), [await driver.process(requestRecord({}, { offset, partition }))], {});
    metrics.report();
    assert.deepEqual(log.of('misrouted'), [{ key: '1-A', partition, expected }]);
    assert.equal(log.of('metrics')[0]?.misroutedTotal, 2);
  });

  it('are written in the order of the table, all of them', () => {
    const log = new MemoryLog();
    new Metrics(log).report();
    assert.deepEqual(Object.keys(log.of('metrics')[0] ?? {}), Object.keys(metricTable));
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
