import { setTimeout as sleep } from 'node:timers/promises';
import type Kafka from 'node-rdkafka';
import { type FrameBatch, type FrameCursor, framesOf } from '../frames.js';
import { readHeaders } from '../headers.js';
import { codeOf } from './failure.js';
import type { RecordSink } from './record-sink.js';

/** ERR__QUEUE_FULL. */
const queueFull = -184;
const queueFullPauseMs = 2;

/** node-rdkafka's plain calls: one for each record, on the main thread. */
export class StandardSink implements RecordSink {
  constructor(private readonly producer: Kafka.Producer) {}

  async produce(topic: string, frames: FrameBatch): Promise<void> {
    const frame = framesOf(frames);
    while (frame.advance()) {
      while (!this.hasProduced(topic, frame)) {
        this.producer.poll();
        await sleep(queueFullPauseMs);
      }
    }
  }

  private hasProduced(topic: string, frame: FrameCursor): boolean {
    const headers = frame.headers();
    const listed = headers.length > 0 ? readHeaders(headers) : undefined;
    try {
      this.producer.produce(topic, frame.partition, frame.value(), frame.key(), frame.timestampMs, undefined, listed);
      return true;
    } catch (error) {
      if (codeOf(error) === queueFull) return false;
      throw error;
    }
  }
}
