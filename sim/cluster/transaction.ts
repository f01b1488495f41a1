import type { Positions } from '../../src/pipeline/positions.js';
import type { LoggedRecord, OutgoingRecord, PartitionLog } from './partition-log.js';

export type Outcome = 'committed' | 'aborted';

/** A transaction, with what it has done so far. */
export class Transaction {
  readonly logs = new Set<PartitionLog>();
  readonly records: { readonly log: PartitionLog; readonly record: LoggedRecord }[] = [];
  /** The group's offsets, by partition. */
  readonly offsets = new Map<number, Positions>();
  /** Decided once the coordinator has written it down; the markers follow. */
  outcome: Outcome | undefined;

  constructor(readonly name: string) {}

  append(log: PartitionLog, record: OutgoingRecord): LoggedRecord {
    this.logs.add(log);
    const appended = log.append(record, this);
    this.records.push({ log, record: appended });
    return appended;
  }
}
