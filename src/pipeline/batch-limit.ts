import type { Config } from '../config/schema.js';
import { FRAME_BATCH_LIMIT_BYTES } from '../frames.js';

/**
 * Most records of a batch. With `status.payload: full` each can lead to a status of limits.messageBytes, and all of them
 * must fit one frame batch: `batch.maxMessages` is lowered to what half of one holds.
 */
export function batchLimit({ batch, status, limits }: Pick<Config, 'batch' | 'status' | 'limits'>): number {
  if (status.payload !== 'full') return batch.maxMessages;
  const fitting = Math.floor(FRAME_BATCH_LIMIT_BYTES / 2 / limits.messageBytes);
  return Math.max(1, Math.min(batch.maxMessages, fitting));
}
