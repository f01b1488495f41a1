import type { Log } from '../log.js';
import type { Batch } from '../pipeline/batch.js';
import type { PhaseTimes } from '../pipeline/phases.js';
import { addCounts, noCounts, total } from '../slots/counts.js';
import type { ProcessResult } from '../slots/tasks.js';
import { type Gauges, noGauges } from './gauges.js';
import { Interval } from './interval.js';
import { Latencies } from './latencies.js';
import type { Readings } from './table.js';

/** What was done, counted when it was committed; written to the log once an interval, and read by Prometheus. */
export class Metrics {
  batchesTotal = 0;
  commitAbortsTotal = 0;
  rebalancesTotal = 0;
  restoreRecordsTotal = 0;
  standbyPartitions = 0;
  standbyLagRecords = 0;
  standbyRecordsTotal = 0;
  readonly latencies = new Latencies();
  /** Asks the parts of the process how they are; set once they are there. */
  readGauges: () => Gauges = () => noGauges;
  private statusSentBytes = 0;
  private changelogSentBytes = 0;
  private readonly counts = noCounts();
  private readonly interval = new Interval(this.latencies);
  private hasWarnedOfMisrouted = false;

  constructor(private readonly log: Log) {}

  addCommitted(batch: Batch, results: readonly ProcessResult[], times: PhaseTimes): void {
    this.batchesTotal += 1;
    this.latencies.commitLatencyMs.record(performance.now() - batch.dispatchedAtMs);
    this.latencies.recordPhases(times);
    // Kafka had it before the store.
    const committedAtMs = Date.now() - (times.persist ?? 0);
    for (const result of results) {
      const { counts, timestampsMs } = result;
      addCounts(this.counts, counts);
      this.statusSentBytes += result.statuses.sizeBytes;
      this.changelogSentBytes += result.images.sizeBytes;
      if (timestampsMs !== undefined) {
        this.latencies.endToEndLatencyMs.record(committedAtMs - timestampsMs.oldest);
        this.latencies.endToEndLatencyMs.record(committedAtMs - timestampsMs.newest);
      }
      this.tell(result);
    }
  }

  readings(): Readings {
    const { counts } = this;
    return {
      recordsConsumedTotal: counts.messages,
      initsTotal: counts.inits,
      requestsTotal: counts.requests,
      nullValuesTotal: counts.nullValues,
      sectionsRemovedTotal: counts.removals,
      skippedTotal: counts.skipped,
      misroutedTotal: counts.misrouted,
      rebalancesTotal: this.rebalancesTotal,
      confirmedTotal: counts.confirmed,
      seatsSoldTotal: counts.seatsSold,
      rejectedTotal: nonZero(counts.rejected),
      statusProducedTotal: counts.statuses,
      statusFrameBytesTotal: this.statusSentBytes,
      changelogFrameBytesTotal: this.changelogSentBytes,
      deadLettersTotal: nonZero(counts.deadLetters),
      batchesTotal: this.batchesTotal,
      commitAbortsTotal: this.commitAbortsTotal,
      restoreRecordsTotal: this.restoreRecordsTotal,
      standbyPartitions: this.standbyPartitions,
      standbyLagRecords: this.standbyLagRecords,
      standbyRecordsTotal: this.standbyRecordsTotal,
      eventLoopUtilization: performance.eventLoopUtilization().active,
      rssBytes: process.memoryUsage.rss(),
      ...this.readGauges(),
    };
  }

  /** Logs a line: the totals, and what happened since the last one. */
  report(): void {
    this.log.info('metrics', this.interval.end(this.readings()));
  }

  private tell({ counts, replacements, misrouted }: ProcessResult): void {
    const { log } = this;
    for (const replacement of replacements)
      log.warn(
        'sectionReplaced',
        { ...replacement },
        replacement.refused
          ? 'an init of a section with sold seats was refused'
          : 'a section with sold seats was replaced',
      );
    if (counts.removals > 0) log.info('sectionsRemoved', { sections: counts.removals });
    const deadLetters = total(counts.deadLetters);
    if (deadLetters > 0) log.warn('deadLetter', { records: deadLetters, ...nonZero(counts.deadLetters) });
    if (misrouted === undefined || this.hasWarnedOfMisrouted) return;
    this.hasWarnedOfMisrouted = true;
    log.warn(
      'misrouted',
      { ...misrouted },
      `a record of section ${misrouted.key} lies in partition ${misrouted.partition}, but its key belongs into ${misrouted.expected}: a producer does not partition by the key eventId-section with murmur2, as the Java client does (librdkafka: partitioner=murmur2_random), or the partitions of an input were added to. Records of one section in two partitions are two sections. Further ones are only counted, in misroutedTotal`,
    );
  }
}

const nonZero = (counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
