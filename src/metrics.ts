import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { Log } from './log.js';
import type { Batch } from './pipeline/batch.js';
import { addCounts, noCounts, total } from './slots/counts.js';
import type { ProcessResult } from './slots/tasks.js';

const microsecondsPerMs = 1_000;

/** What was done, counted when it was committed; written to the log once an interval. */
export class Metrics {
  commitAbortsTotal = 0;
  rebalancesTotal = 0;
  restoreRecordsTotal = 0;
  private batchesTotal = 0;
  private statusSentBytes = 0;
  private changelogSentBytes = 0;
  private readonly counts = noCounts();
  private readonly commitLatency: RecordableHistogram = createHistogram();
  private lastMessages = 0;
  private lastLoggedMs = performance.now();

  constructor(private readonly log: Log) {}

  addCommitted(batch: Batch, results: readonly ProcessResult[]): void {
    this.batchesTotal += 1;
    const latencyMs = performance.now() - batch.dispatchedAtMs;
    this.commitLatency.record(Math.max(1, Math.round(latencyMs * microsecondsPerMs)));
    for (const { counts, replacements, statuses, images } of results) {
      addCounts(this.counts, counts);
      this.statusSentBytes += statuses.sizeBytes;
      this.changelogSentBytes += images.sizeBytes;
      for (const replacement of replacements)
        this.log.warn(
          'sectionReplaced',
          { ...replacement },
          replacement.refused
            ? 'an init of a section with sold seats was refused'
            : 'a section with sold seats was replaced',
        );
      const deadLetters = total(counts.deadLetters);
      if (deadLetters > 0) this.log.warn('deadLetter', { records: deadLetters, ...nonZero(counts.deadLetters) });
    }
  }

  /** Logs the totals, and what happened since the last time. */
  report(): void {
    const nowMs = performance.now();
    const seconds = (nowMs - this.lastLoggedMs) / 1_000;
    const { counts, commitLatency } = this;
    this.log.info('metrics', {
      recordsConsumedRate: Math.round((counts.messages - this.lastMessages) / seconds),
      recordsConsumedTotal: counts.messages,
      initsTotal: counts.inits,
      requestsTotal: counts.requests,
      confirmedTotal: counts.confirmed,
      seatsSoldTotal: counts.seatsSold,
      rejectedTotal: nonZero(counts.rejected),
      statusProducedTotal: counts.statuses,
      statusFrameBytesTotal: this.statusSentBytes,
      changelogFrameBytesTotal: this.changelogSentBytes,
      nullValuesTotal: counts.nullValues,
      skippedTotal: counts.skipped,
      deadLettersTotal: nonZero(counts.deadLetters),
      batchesTotal: this.batchesTotal,
      commitLatencyMs: { p50: this.latencyMs(50), p99: this.latencyMs(99), max: commitLatency.max / microsecondsPerMs },
      commitAbortsTotal: this.commitAbortsTotal,
      rebalancesTotal: this.rebalancesTotal,
      restoreRecordsTotal: this.restoreRecordsTotal,
      rssBytes: process.memoryUsage.rss(),
    });
    this.lastMessages = counts.messages;
    this.lastLoggedMs = nowMs;
    commitLatency.reset();
  }

  private latencyMs(percentile: number): number {
    return this.commitLatency.count === 0 ? 0 : this.commitLatency.percentile(percentile) / microsecondsPerMs;
  }
}

const nonZero = (counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
