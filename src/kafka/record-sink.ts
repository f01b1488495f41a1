import type { FrameBatch } from '../frames.js';

/** Hands records to a producer's queue. */
export interface RecordSink {
  /** Each frame in its order, to its own partition; the client copies it. A full queue is waited for. Rejects with the client's error. */
  produce(topic: string, frames: FrameBatch): Promise<void>;
}
