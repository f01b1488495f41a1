import { setTimeout as sleep } from 'node:timers/promises';
import { FrameWriter } from '../../src/frames.js';
import type { Load } from '../input/load.js';
import { RequestFrames } from '../input/records.js';
import type { FrameProducer } from '../kafka/frame-producer.js';

const pauseMs = 5;
const mostAtOnce = 20_000;

/** Produces a load's requests, the first of them at once, the next at a steady rate, and what is left in the end. */
export class Pacer {
  private readonly frames: RequestFrames;
  private readonly writer = new FrameWriter(65_536);
  private next = 0;
  private isPacing = false;

  constructor(
    private readonly load: Load,
    private readonly topic: string,
    private readonly producer: FrameProducer,
  ) {
    this.frames = new RequestFrames(load);
  }

  /** Produces the requests before `end`, as far as they are not yet. */
  async produceUpTo(end: number): Promise<void> {
    while (this.next < end) {
      const until = Math.min(end, this.next + mostAtOnce);
      for (; this.next < until; this.next += 1) this.frames.write(this.next, this.writer);
      await this.producer.produce(this.topic, this.writer.take());
    }
  }

  /** Resolves once `stop` was called; the requests suffice for that long, or it simply ends. */
  async pace(requestsPerSecond: number): Promise<void> {
    const { requests } = this.load.shape;
    const [first, startedMs] = [this.next, performance.now()];
    this.isPacing = requestsPerSecond > 0;
    while (this.isPacing && this.next < requests) {
      const due = Math.floor(((performance.now() - startedMs) * requestsPerSecond) / 1_000);
      await this.produceUpTo(Math.min(requests, first + due));
      await sleep(pauseMs);
    }
  }

  stop(): void {
    this.isPacing = false;
  }
}
