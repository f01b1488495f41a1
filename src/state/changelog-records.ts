import { silentLog } from '../client/silent-log.js';
import { type Config, topicNames } from '../config/schema.js';
import { needsPerson } from '../errors.js';
import { FrameCursor } from '../frames.js';
import { KafkaChangelog } from '../kafka/changelog.js';
import { changelogProperties, watermarkProperties } from '../kafka/properties.js';
import { KafkaWatermarks } from '../kafka/watermarks.js';
import { bootstrapServers, clusterTopics } from '../topics/cluster-topics.js';

const metadataTimeoutMs = 10_000;

/** A committed record of the changelog: how a section is; without an image it is no more. */
export type ChangelogRecord = {
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer;
  readonly image: Buffer | null;
};

/** Reads the changelog beside the daemons, in no group of theirs. */
export class ChangelogRecords {
  private constructor(
    readonly topic: string,
    readonly partitionCount: number,
    private readonly watermarks: KafkaWatermarks,
    private readonly changelog: KafkaChangelog,
  ) {}

  /** @throws FatalError (75) when no broker answers within 10 s, (78) when there is no changelog */
  static async connect(config: Config): Promise<ChangelogRecords> {
    const { changelog: topic } = topicNames(config);
    const watermarks = await KafkaWatermarks.connect(watermarkProperties(config), silentLog);
    const known = (await clusterTopics(watermarks.client, metadataTimeoutMs)).get(topic);
    if (known === undefined)
      throw needsPerson(
        `${topic} does not exist at ${bootstrapServers(watermarks.client)}, or this client may not see it.`,
      );
    const properties = changelogProperties(config);
    const changelog = new KafkaChangelog({ properties, topic, io: { kind: 'standard' }, log: silentLog });
    return new ChangelogRecords(topic, known.partitionCount, watermarks, changelog);
  }

  get partitions(): readonly number[] {
    return Array.from({ length: this.partitionCount }, (_, partition) => partition);
  }

  /**
   * Reads partitions, each from an offset on (that of the map, or the first there is) to the high watermark of now.
   *
   * @returns where each was read to
   */
  async read(
    from: ReadonlyMap<number, number | undefined>,
    visit: (record: ChangelogRecord) => void,
  ): Promise<ReadonlyMap<number, number>> {
    const stretches = await Promise.all(
      [...from].map(async ([partition, offset]) => {
        const { low, high } = await this.watermarks.range(this.topic, partition);
        return { partition, from: Math.max(low, offset ?? low), until: high };
      }),
    );
    await this.changelog.read(
      stretches.filter((stretch) => stretch.from < stretch.until),
      async (runs) => {
        for (const { buffer, start, end } of runs) visitFrames(new FrameCursor(buffer, start, end), visit);
      },
      () => false,
    );
    return new Map(stretches.map(({ partition, until }) => [partition, until]));
  }

  async close(): Promise<void> {
    await this.changelog.close();
    await this.watermarks.close();
  }
}

function visitFrames(frame: FrameCursor, visit: (record: ChangelogRecord) => void): void {
  while (frame.advance()) {
    const key = frame.key();
    if (key !== null) visit({ partition: frame.partition, offset: frame.offset, key, image: frame.value() });
  }
}
