import type { PipelineCondition } from '../life-cycle.js';
import type { AssignedPartition } from './assignment.js';

/** What the pipeline is at; to be read at once, not kept. */
export type PipelineView = {
  /** Those that are processed. */
  readonly partitions: ReadonlyMap<number, AssignedPartition>;
  readonly restoring: readonly number[];
  /** Not persisted yet. */
  readonly batchesInFlight: number;
  readonly pause: PipelineCondition['pause'];
};
