import type { OutgoingRecord, PartitionLog } from '../cluster/partition-log.js';
import type { Faults, Occurrence } from '../faults/faults.js';
import type { SimulatedProcess } from '../host/process.js';
import type { Latencies } from '../latencies.js';
import type { Schedule } from '../schedule.js';
import { KafkaFailure } from './kafka-failure.js';
import { later } from './later.js';

/** The broker's side of a delivery: appends, or refuses. @throws KafkaFailure */
export type Deliver = (log: PartitionLog, records: readonly OutgoingRecord[]) => typeof later | undefined;

export type RecordQueueOptions = {
  readonly process: SimulatedProcess;
  readonly schedule: Schedule;
  readonly latencies: Latencies;
  readonly faults: Faults;
};

/** Records on their way: those of a partition that leave together. */
type Delivery = {
  readonly occurrence: Occurrence;
  readonly log: PartitionLog;
  readonly records: readonly OutgoingRecord[];
};

/** A producer's queue: each partition's records leave in order, one request at a time, the partitions independently. */
export class RecordQueue {
  /** Of the first delivery that failed since the queue was last cleared. */
  failure: KafkaFailure | undefined;
  private readonly waiting = new Map<PartitionLog, OutgoingRecord[]>();
  private readonly sent = new Set<PartitionLog>();

  constructor(
    private readonly options: RecordQueueOptions,
    private readonly deliver: Deliver,
  ) {}

  /** Whether nothing waits and nothing is under way. */
  get isEmpty(): boolean {
    return this.waiting.size === 0 && this.sent.size === 0;
  }

  add(log: PartitionLog, record: OutgoingRecord): void {
    const waiting = this.waiting.get(log);
    if (waiting !== undefined) waiting.push(record);
    else this.waiting.set(log, [record]);
    if (!this.sent.has(log)) this.send(log);
  }

  /** Forgets what waits and what failed; what is under way still arrives. */
  clear(): void {
    this.waiting.clear();
    this.failure = undefined;
  }

  private send(log: PartitionLog): void {
    this.sent.add(log);
    const { process, schedule, latencies, faults } = this.options;
    const occurrence = faults.occurrence(process, 'deliver');
    const leave = (): void => {
      const delivery = { occurrence, log, records: this.waiting.get(log) ?? [] };
      this.waiting.delete(log);
      schedule.after(latencies.network(), () => this.arrive(delivery, 0));
    };
    schedule.after(faults.delayMs(occurrence) + latencies.local(), leave, process);
  }

  private arrive(delivery: Delivery, attempts: number): void {
    const { process, schedule, latencies, faults } = this.options;
    if (process.isGone && (attempts > 0 || !faults.wasSent())) return;
    const outcome = this.attempt(delivery, attempts);
    if (outcome === later) schedule.after(latencies.retry(attempts), () => this.arrive(delivery, attempts + 1));
    else schedule.after(latencies.network(), () => this.answered(delivery.log, outcome), process);
  }

  private attempt({ occurrence, log, records }: Delivery, attempts: number): KafkaFailure | typeof later | undefined {
    const { faults } = this.options;
    try {
      if (attempts === 0) faults.strike(occurrence, 'before');
      const outcome = records.length === 0 ? undefined : this.deliver(log, records);
      if (outcome === undefined) faults.strike(occurrence, 'after');
      return outcome;
    } catch (error) {
      return error instanceof KafkaFailure ? error : KafkaFailure.undelivered();
    }
  }

  private answered(log: PartitionLog, failure: KafkaFailure | undefined): void {
    this.sent.delete(log);
    this.failure ??= failure;
    if (this.waiting.has(log)) this.send(log);
  }
}
