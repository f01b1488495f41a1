import type { FrameBatch } from '../frames.js';
import type { Positions } from '../pipeline/positions.js';
import type { GroupMetadata } from './input.js';

export type OutputTopic = 'results' | 'status' | 'changelog' | 'deadLetters';

/**
 * What the daemon produces. The steps of a transaction come in order: begin, sendOffsets, produce, flush, commit, or abort
 * after a failure. They throw AbortableError, or FatalError when this producer can't go on.
 */
export interface Output {
  /** Ends the open transaction of a dead predecessor with the same transactional.id. */
  initTransactions(): Promise<void>;
  begin(): Promise<void>;
  /** Hands frames to librdkafka, which copies them. A full queue is waited for. */
  produce(topic: OutputTopic, frames: FrameBatch): Promise<void>;
  sendOffsets(positions: ReadonlyMap<number, Positions>, group: GroupMetadata): Promise<void>;
  /**
   * Waits until nothing produced is under way any more, delivered or failed; which, the commit tells. False when it gave
   * up after a while: records may still be under way then, or stuck behind one that failed.
   */
  flush(): Promise<boolean>;
  commit(): Promise<void>;
  abort(): Promise<void>;
  /** at_least_once: waits until everything produced is delivered. @throws FatalError (75) when one record was not */
  delivered(): Promise<void>;
  close(): Promise<void>;
}
