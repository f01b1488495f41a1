import { setTimeout as sleep } from 'node:timers/promises';
import type Kafka from 'node-rdkafka';
import { type FrameBatch, type FrameCursor, framesOf } from '../frames.js';
import { readHeaders } from '../headers.js';
import { called, codeOf } from './failure.js';
import type { RecordSink } from './record-sink.js';

/** ERR__QUEUE_FULL. */
const queueFull = -184;
/** ERR__NOT_CONFIGURED: the producer has no transactions. */
const notConfigured = -145;
/** ERR__FATAL. */
const fatal = -150;
const queueFullPauseMs = 2;

/** node-rdkafka's plain calls: one for each record, on the main thread. */
export class StandardSink implements RecordSink {
  constructor(private readonly producer: Kafka.Producer) {}

  async produce(topic: string, frames: FrameBatch): Promise<void> {
    try {
      await this.produceAll(topic, frames);
    } catch (error) {
      throw codeOf(error) === fatal ? await this.reasonOf(error) : error;
    }
  }

  private async produceAll(topic: string, frames: FrameBatch): Promise<void> {
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

  /**
   * produce() says no more than "Fatal error". A producer that failed for good begins no transaction, and librdkafka refuses it with what
   * happened, for instance that it was fenced.
   */
  private async reasonOf(error: unknown): Promise<unknown> {
    const refused = called<void>((done) => this.producer.beginTransaction((reason) => done(reason, undefined)));
    return refused.then(
      () => error,
      (reason: unknown) => (codeOf(reason) === notConfigured ? error : reason),
    );
  }
}
