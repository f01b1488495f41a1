import type Kafka from 'node-rdkafka';
import { assert } from '../errors.js';
import { FramePool } from '../frame-pool.js';
import { called } from './failure.js';
import type { RecordSource, RecordSourceOptions } from './record-source.js';
import { type Consumed, RunPacker } from './runs.js';

/** node-rdkafka's plain calls: an object for each record, packed into frames here. */
export class StandardSource implements RecordSource {
  private readonly pool = new FramePool();
  private packer = new RunPacker(this.pool);

  constructor(private readonly options: RecordSourceOptions<Kafka.KafkaConsumer>) {
    const { consumer } = options;
    consumer.on('data', (message) => this.packer.message(this.indexOf(message.topic), message));
    consumer.on('partition.eof', ({ topic, partition, offset }) =>
      this.packer.end({ topic: this.indexOf(topic), partition, offset }),
    );
  }

  async take(limit: number, waitMs: number, gatherMs: number): Promise<Consumed> {
    this.packer = new RunPacker(this.pool);
    try {
      await this.consume(limit, waitMs, gatherMs);
    } catch (error) {
      this.options.onError(error);
    }
    return this.packer.take();
  }

  private async consume(limit: number, waitMs: number, gatherMs: number): Promise<void> {
    // node-rdkafka's timeout is for each message, so the wait is for the first one only.
    await this.consumeUpTo(1, waitMs);
    if (this.packer.count === 0) return;
    const gatherUntilMs = performance.now() + gatherMs;
    await this.consumeUpTo(limit - this.packer.count, 0);
    while (this.packer.count < limit && performance.now() < gatherUntilMs) {
      await this.consumeUpTo(1, Math.ceil(gatherUntilMs - performance.now()));
      await this.consumeUpTo(limit - this.packer.count, 0);
    }
  }

  private async consumeUpTo(limit: number, timeoutMs: number): Promise<void> {
    if (limit <= 0) return;
    const { consumer } = this.options;
    consumer.setDefaultConsumeTimeout(timeoutMs);
    await called<unknown>((done) => consumer.consume(limit, done));
  }

  private indexOf(topic: string): number {
    const index = this.options.topics.indexOf(topic);
    assert(index >= 0, `${topic} is one of the consumer's topics`);
    return index;
  }
}
