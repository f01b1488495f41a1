import type { ChangelogTail } from '../../../src/kafka/changelog-tail.js';
import type { Consumed, ConsumedEvent } from '../../../src/kafka/runs.js';
import { runOf } from './changelog.js';
import type { FakeKafka } from './kafka.js';
import type { Steps } from './steps.js';

/** The changelog of a FakeKafka as it grows: a few images at a time, and each partition's end as often as it is at it. */
export class FakeChangelogTail implements ChangelogTail {
  /** The images taken at once. */
  mostAtOnce = 3;
  private positions = new Map<number, number>();

  constructor(
    private readonly kafka: FakeKafka,
    private readonly steps: Steps,
  ) {}

  get followed(): ReadonlyMap<number, number> {
    return this.positions;
  }

  async follow(positions: ReadonlyMap<number, number>): Promise<void> {
    await this.steps.take('tail follow');
    this.positions = new Map(positions);
  }

  async take(limit: number): Promise<Consumed> {
    const events: ConsumedEvent[] = [];
    let count = 0;
    for (const [partition, position] of this.positions) {
      const images = this.kafka.changelog(partition);
      const taken = images.slice(position, position + Math.min(limit, this.mostAtOnce) - count);
      count += taken.length;
      events.push(...taken.map((image, place) => ({ run: runOf(image, position + place) })));
      const next = position + taken.length;
      this.positions.set(partition, next);
      if (next === images.length) events.push({ end: { topic: 0, partition, offset: next } });
    }
    await this.steps.take('tail');
    return { count, events };
  }

  end(partition: number): number {
    return this.kafka.changelog(partition).length;
  }

  async close(): Promise<void> {
    this.steps.note('close tail');
  }
}
