import { InputTopic } from '../../../src/frames.js';
import type { OffsetRange, Watermarks } from '../../../src/kafka/watermarks.js';
import type { FakeKafka } from './kafka.js';
import { topicNames } from './settings.js';
import type { Steps } from './steps.js';

/** The ranges of the topics of a FakeKafka. */
export class FakeWatermarks implements Watermarks {
  constructor(
    private readonly kafka: FakeKafka,
    private readonly steps: Steps,
  ) {}

  async range(topic: string, partition: number): Promise<OffsetRange> {
    await this.steps.take('watermarks');
    if (topic === topicNames.changelog) return { low: 0, high: this.kafka.changelog(partition).length };
    return this.kafka.range(topic === topicNames.init ? InputTopic.init : InputTopic.requests, partition);
  }

  async close(): Promise<void> {
    this.steps.note('close watermarks');
  }
}
