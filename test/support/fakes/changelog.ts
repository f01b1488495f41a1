import { FrameWriter } from '../../../src/frames.js';
import type { Changelog, ChangelogStretch } from '../../../src/kafka/changelog.js';
import type { Run } from '../../../src/pipeline/merge.js';
import type { FakeKafka, Produced } from './kafka.js';
import type { Steps } from './steps.js';

const imagesAtOnce = 3;

/** An image as it is read from the changelog. */
export function runOf(image: Produced, offset: number): Run {
  const writer = new FrameWriter();
  writer.append(image, image.value, image.key);
  const { bytes, sizeBytes: end } = writer.take();
  const buffer = Buffer.from(bytes);
  const { partition } = image;
  return { topic: 0, partition, buffer, start: 0, end, count: 1, firstOffset: offset, lastOffset: offset };
}

/** The changelog of a FakeKafka, read a few images at a time. */
export class FakeChangelog implements Changelog {
  readonly stretches: ChangelogStretch[] = [];

  constructor(
    private readonly kafka: FakeKafka,
    private readonly steps: Steps,
  ) {}

  async read(
    stretches: readonly ChangelogStretch[],
    onRuns: (runs: readonly Run[]) => Promise<void>,
    isCancelled: () => boolean,
  ): Promise<void> {
    this.stretches.push(...stretches);
    const images = stretches.flatMap(({ partition, from }) =>
      this.kafka
        .changelog(partition)
        .slice(from)
        .map((image, place) => runOf(image, from + place)),
    );
    for (let at = 0; at < images.length && !isCancelled(); at += imagesAtOnce) {
      await this.steps.take('changelog');
      await onRuns(images.slice(at, at + imagesAtOnce));
    }
  }

  async close(): Promise<void> {
    this.steps.note('close changelog');
  }
}
