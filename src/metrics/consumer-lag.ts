import { type InputTopic, inputTopics } from '../frames.js';
import type { AssignedPartition } from '../pipeline/assignment.js';
import { positionOf } from '../pipeline/positions.js';

/** Where each partition of an input ends for a read_committed consumer (the last stable offset), as far as is known. */
export type EndOffsets = (topic: InputTopic, partition: number) => number | undefined;

/** Records of both inputs of a partition that are not committed yet, by offsets. */
export const consumerLagOf = (partition: AssignedPartition, endOffsets: EndOffsets): number =>
  inputTopics.reduce<number>((lag, topic) => lag + lagOf(partition, topic, endOffsets), 0);

/**
 * At the end of a partition, as PARTITION_EOF tells it, only what is in flight is left: markers of transactions, which
 * no committed offset ever passes, would otherwise be a lag for ever.
 */
function lagOf(partition: AssignedPartition, topic: InputTopic, endOffsets: EndOffsets): number {
  const committed = positionOf(partition.committed, topic);
  const end = partition.merge.isAtEnd(topic)
    ? positionOf(partition.positions, topic) + partition.merge.buffered(topic)
    : endOffsets(topic, partition.number);
  return Math.max(0, (end ?? committed) - committed);
}

/** Records that were read and are not dispatched: held back by the merge, or waiting for the next batch. */
export const heldBackRecordsOf = ({ merge }: AssignedPartition): number =>
  inputTopics.reduce<number>((count, topic) => count + merge.buffered(topic), 0);
