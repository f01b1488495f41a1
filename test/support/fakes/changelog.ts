import { type FrameBatch, FrameWriter } from '../../../src/frames.js';
import type { Changelog, ChangelogStretch } from '../../../src/kafka/changelog.js';
import type { FakeKafka } from './kafka.js';
import type { Steps } from './steps.js';

const imagesAtOnce = 3;

/** The changelog of a FakeKafka, read a few images at a time. */
export class FakeChangelog implements Changelog {
  readonly stretches: ChangelogStretch[] = [];

  constructor(
    private readonly kafka: FakeKafka,
    private readonly steps: Steps,
  ) {}

  async read(
    stretches: readonly ChangelogStretch[],
    onFrames: (frames: FrameBatch) => Promise<void>,
    isCancelled: () => boolean,
  ): Promise<void> {
    this.stretches.push(...stretches);
    const images = stretches.flatMap(({ partition, from }) => this.kafka.changelog(partition).slice(from));
    for (let at = 0; at < images.length && !isCancelled(); at += imagesAtOnce) {
      await this.steps.take('changelog');
      const writer = new FrameWriter();
      for (const image of images.slice(at, at + imagesAtOnce)) writer.append(image, image.value, image.key);
      await onFrames(writer.take());
    }
  }

  async close(): Promise<void> {
    this.steps.note('close changelog');
  }
}
