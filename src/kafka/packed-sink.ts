import type { FrameBatch } from '../frames.js';
import type { KafkaClient, Native } from './native.js';
import type { RecordSink } from './record-sink.js';

/** The addon's calls: a batch each, on libuv's pool, where a full queue is waited for. */
export class PackedSink implements RecordSink {
  constructor(
    private readonly native: Native,
    private readonly producer: KafkaClient,
  ) {}

  async produce(topic: string, frames: FrameBatch): Promise<void> {
    if (frames.count > 0) await this.native.produce(this.producer, topic, frames);
  }
}
