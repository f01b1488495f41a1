import type { OutputTopic } from '../../src/kafka/output.js';
import type { SlotTaskKind } from '../../src/slots/tasks.js';

/** What a process does, step by step; a fault strikes at one of them. */
export type Step =
  | SlotTaskKind
  /** Within a task: a store is read for the first time; an LMDB transaction. */
  | 'opening'
  | 'write'
  | 'consume'
  | 'groupMetadata'
  | 'generation'
  | 'committed'
  | 'seek'
  | 'commitOffsets'
  | 'watermarks'
  | 'changelog'
  | 'initTransactions'
  | 'begin'
  | 'sendOffsets'
  | `produce ${OutputTopic}`
  | 'deliver'
  | 'flush'
  | 'delivered'
  | 'commit'
  | 'abort';

/** What has become of the disk when the process is started again. */
export const diskFaults = ['rolledBack', 'lost', 'damaged'] as const;
export type DiskFault = (typeof diskFaults)[number];

export const faultKinds = [
  /** kill -9. */
  'crash',
  /** The call fails; a new transaction may succeed. */
  'abortable',
  /** The call fails, and so will every further one. */
  'fatal',
  /** The call times out: with `after` it took effect all the same. */
  'unknownOutcome',
  /** The step takes long. */
  'slow',
  /** The store can't be written. */
  'failedWrite',
  /** The store is written twice. */
  'repeatedWrite',
  /** The process stands still for a while: shorter or longer than the group and the coordinator wait for it. */
  'pause',
  /** As a pause, and another process is started under the same name meanwhile. */
  'usurped',
  /** The group gives the member up though it is alive. */
  'expelled',
  /** Every member has to join again. */
  'rebalance',
  /** SIGTERM, and a start some time later. */
  'stop',
  /** A further instance is started. */
  'start',
  /** The changelog is compacted. */
  'compaction',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** A fault, and when it strikes: at the n-th time that any process comes to the step. */
export type Fault = {
  readonly kind: FaultKind;
  readonly step: Step;
  readonly nth: number;
  /** Before the step takes effect, or after it did and before the process knows. */
  readonly when: 'before' | 'after';
  readonly durationMs: number;
  readonly disk: DiskFault | undefined;
};
