import { LatencyHistogram } from './latency-histogram.js';
import type { Log } from './log.js';
import type { Batch } from './pipeline/batch.js';
import { type Phase, type PhaseTimes, phases } from './pipeline/phases.js';
import { addCounts, noCounts, total } from './slots/counts.js';
import type { ProcessResult } from './slots/tasks.js';

/** What was done, counted when it was committed; written to the log once an interval. */
export class Metrics {
  commitAbortsTotal = 0;
  rebalancesTotal = 0;
  restoreRecordsTotal = 0;
  standbyPartitions = 0;
  standbyLagRecords = 0;
  standbyRecordsTotal = 0;
  private batchesTotal = 0;
  private statusSentBytes = 0;
  private changelogSentBytes = 0;
  private readonly counts = noCounts();
  private readonly commitLatency = new LatencyHistogram();
  private readonly phaseLatency = new Map<Phase, LatencyHistogram>(
    phases.map((phase) => [phase, new LatencyHistogram()]),
  );
  private lastMessages = 0;
  private lastLoggedMs = performance.now();

  constructor(private readonly log: Log) {}

  addCommitted(batch: Batch, results: readonly ProcessResult[], times: PhaseTimes): void {
    this.batchesTotal += 1;
    this.commitLatency.record(performance.now() - batch.dispatchedAtMs);
    for (const phase of phases) {
      const timeMs = times[phase];
      if (timeMs !== undefined) this.phaseLatency.get(phase)?.record(timeMs);
    }
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
    const { counts } = this;
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
      commitLatencyMs: this.commitLatency.take(),
      commitPhasesMs: Object.fromEntries([...this.phaseLatency].map(([phase, latency]) => [phase, latency.take()])),
      commitAbortsTotal: this.commitAbortsTotal,
      rebalancesTotal: this.rebalancesTotal,
      restoreRecordsTotal: this.restoreRecordsTotal,
      standbyPartitions: this.standbyPartitions,
      standbyLagRecords: this.standbyLagRecords,
      standbyRecordsTotal: this.standbyRecordsTotal,
      rssBytes: process.memoryUsage.rss(),
    });
    this.lastMessages = counts.messages;
    this.lastLoggedMs = nowMs;
  }
}

const nonZero = (counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
