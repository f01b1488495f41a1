import assert from 'node:assert/strict';
import { Latencies } from '../../bench/latency/latencies.js';
import { Schedule } from '../../bench/latency/schedule.js';
import { cpuMicrosOf } from '../../bench/observe/process-usage.js';
import { rates, timeOfCommitted } from '../../bench/observe/progress.js';
import { isChangelogOf } from '../../bench/observe/topic-sizes.js';
import { median, medianFigures, percentile } from '../../bench/statistics.js';

describe('bench: statistics', () => {
  it('has the median of odd and even numbers of values, figure by figure', () => {
    assert.equal(median([5, 1, 9]), 5);
    assert.equal(median([1, 2, 10, 20]), 6);
    assert.deepEqual(
      medianFigures([
        { a: 1, b: 30 },
        { a: 3, b: 10 },
        { a: 2, b: 20 },
      ]),
      { a: 2, b: 20 },
    );
    assert.throws(() => median([]), /median of nothing/);
  });

  it('has percentiles of sorted values', () => {
    const values = Float64Array.from({ length: 1_000 }, (_, index) => index + 1);
    assert.equal(percentile(values, 0.5), 500);
    assert.equal(percentile(values, 0.99), 990);
    assert.equal(percentile(values, 0.999), 999);
    assert.equal(percentile(values, 1), 1_000);
    assert.equal(percentile(Float64Array.of(7), 0.001), 7);
    assert.throws(() => percentile(new Float64Array(0), 0.5), /percentile of nothing/);
  });
});

describe('bench: progress', () => {
  const samples = [
    { timeMs: 1_000, committed: 0 },
    { timeMs: 2_000, committed: 200 },
    { timeMs: 3_000, committed: 400 },
    { timeMs: 4_000, committed: 600 },
    { timeMs: 4_500, committed: 800 },
    { timeMs: 5_000, committed: 1_000 },
  ];

  it('finds when a number of requests was committed, between two samples', () => {
    assert.equal(timeOfCommitted(samples, 500), 3_500);
    assert.equal(timeOfCommitted(samples, 1_000), 5_000);
    assert.equal(timeOfCommitted(samples, 0), 1_000);
    assert.throws(() => timeOfCommitted(samples, 1_001), /never committed/);
  });

  it('counts from ready to the end, and the second half by itself', () => {
    const { requestsPerSecond, warmRequestsPerSecond, seconds } = rates(samples, 0, 1_000);
    assert.equal(seconds, 5);
    assert.equal(requestsPerSecond, 200);
    assert.equal(warmRequestsPerSecond, 500 / 1.5);
  });

  it('times no second half when one commit is too large', () => {
    const sudden = [
      { timeMs: 1_000, committed: 0 },
      { timeMs: 2_000, committed: 1_000 },
    ];
    assert.equal(rates(sudden, 0, 1_000).warmRequestsPerSecond, 0);
    assert.equal(rates(sudden, 0, 1_000).requestsPerSecond, 500);
  });
});

describe('bench: the schedule', () => {
  const schedule = new Schedule(5_000, 1, 2);

  it('has each request due at its time, and at that time it is due', () => {
    assert.equal(schedule.requests, 15_000);
    assert.equal(schedule.firstMeasured, 5_000);
    for (const request of [0, 1, 5, 4_999, 14_999]) {
      const dueMs = schedule.dueMs(request);
      assert.equal(schedule.dueCount(dueMs + 1e-6), request + 1);
      if (request > 0) assert.equal(schedule.dueCount(dueMs - 1e-3), request);
    }
  });

  it('has all that was missed due after a pause, and never more than there are', () => {
    assert.equal(schedule.dueCount(1_000) - schedule.dueCount(0), 5_000);
    assert.equal(schedule.dueCount(1e9), 15_000);
  });
});

describe('bench: latencies', () => {
  it('count from when a request was due, not from when it was sent, and leave out the warm-up', () => {
    const schedule = new Schedule(1_000, 1, 1);
    const latencies = new Latencies(schedule);
    latencies.produced(0, 1_000, 0);
    // The producer stalled for 100 ms: whatever became due meanwhile was sent at its end.
    for (let request = 1_000; request < 2_000; request++) {
      latencies.produced(request, request + 1, Math.max(schedule.dueMs(request), 1_100));
    }
    for (let request = 0; request < 2_000; request++) {
      const sentMs = request < 1_000 ? 500_000 : Math.max(schedule.dueMs(request), 1_100);
      assert.equal(latencies.complete, false);
      latencies.answered(request, sentMs + 5);
    }
    latencies.answered(1_500, 1e6);
    assert.ok(latencies.complete);
    const figures = latencies.figures();
    assert.equal(figures.measuredRequests, 1_000);
    assert.equal(figures.p50Ms, 5);
    assert.equal(figures.maxMs, 105);
    assert.equal(figures.p99Ms, 95);
    assert.equal(figures.pacerLateP99Ms, 90);
  });

  it('are none while an answer is missing', () => {
    const latencies = new Latencies(new Schedule(10, 0, 1));
    assert.throws(() => latencies.figures(), /0 of 10/);
  });
});

describe('bench: usage', () => {
  it('reads user and system time, whatever the name of the program is', () => {
    const stat = '42 (a (b) c) S 1 42 42 0 -1 4194560 100 0 0 0 250 50 7 9 20 0 11 0 1234 99999 42';
    assert.equal(cpuMicrosOf(stat), 3_000_000);
  });

  it("knows both programs' changelogs by their names", () => {
    const isChangelog = isChangelogOf('app-1');
    assert.ok(isChangelog('app-1-changelog'));
    assert.ok(isChangelog('app-1-sections-changelog'));
    assert.ok(!isChangelog('app-1-section-status'));
    assert.ok(!isChangelog('app-12-changelog'));
  });
});
