import { followChangelogEnds } from '../changelog-ends.js';
import { topicNames } from '../config/schema.js';
import { type FatalError, internal } from '../errors.js';
import { KafkaChangelog } from '../kafka/changelog.js';
import type { Rebalance } from '../kafka/input.js';
import { KafkaInput } from '../kafka/kafka-input.js';
import { changelogProperties, inputProperties, sessionTimeoutMsOf, watermarkProperties } from '../kafka/properties.js';
import { KafkaWatermarks } from '../kafka/watermarks.js';
import { gaugesOf } from '../metrics/gauges.js';
import { AtLeastOnceCommit } from '../pipeline/at-least-once-commit.js';
import { batchLimit } from '../pipeline/batch-limit.js';
import type { Commit } from '../pipeline/commit.js';
import { ExactlyOnceCommit } from '../pipeline/exactly-once-commit.js';
import { Pipeline } from '../pipeline/pipeline.js';
import { Restorer } from '../restore/restorer.js';
import type { PiscinaSlots } from '../slots/slots.js';
import type { Follower } from '../standby/follower.js';
import type { StateLock } from '../state-lock.js';
import { inspectTopics } from '../topics/inspect-topics.js';
import { ioOf, openNative } from './native.js';
import { connectOutputs } from './outputs.js';
import type { Foundation } from './parts.js';
import { greetSlots, makeSlots, slotSettings } from './slots.js';
import { startStandby } from './standby.js';

const topicsTimeoutMs = 10_000;
const clusterIdTimeoutMs = 10_000;

export type AssemblyOptions = Foundation & { readonly resumeFrom: 'images' | undefined };

/**
 * The parts of the process, put together in order: producers, topics, workers, consumers, pipeline. A part is here as
 * soon as it is made, so that one that failed on the way can be ended too; what closes it is with the closers.
 */
export class Assembly {
  pipeline: Pipeline | undefined;
  slots: PiscinaSlots | undefined;
  input: KafkaInput | undefined;
  standby: Follower | undefined;
  private fatal: FatalError | undefined;

  constructor(private readonly options: AssemblyOptions) {}

  /** @throws FatalError when the process can't start */
  async assemble(lock: StateLock): Promise<Pipeline> {
    const { config, log, metrics, lifeCycle, closers, resumeFrom } = this.options;
    const { application, guarantee } = config;
    const topics = topicNames(config);
    const native = openNative(this.options);
    const io = ioOf(this.options, native);
    const onFatal = (error: FatalError): void => this.fail(error);

    let input: KafkaInput | undefined;
    const consumer = (): KafkaInput['client'] => {
      if (input === undefined) throw internal('a transaction was begun before there is a consumer');
      return input.client;
    };
    const outputs = await connectOutputs(this.options, io, native, consumer);
    const [output] = outputs;
    const { partitionCounts, warnings } = await inspectTopics(output.client, topics, topicsTimeoutMs);
    for (const warning of warnings) log.warn('topicsUnverified', {}, warning);
    const clusterId = (await native?.clusterId(output.client, clusterIdTimeoutMs)) ?? '';

    const slots = makeSlots(this.options, slotSettings(config, lock.directory, partitionCounts), onFatal);
    this.slots = slots;
    await greetSlots(slots);
    if (guarantee === 'exactly_once') await Promise.all(outputs.map((one) => one.initTransactions()));
    const watermarks = await KafkaWatermarks.connect(watermarkProperties(config), log);
    closers.add(() => watermarks.close());
    const changelog = new KafkaChangelog({ properties: changelogProperties(config), topic: topics.changelog, io, log });
    closers.add(() => changelog.close());
    const properties = inputProperties(config, native === undefined);
    const onRebalance = (kind: Rebalance['kind']): void => {
      if (kind === 'lost') this.pipeline?.lose();
      this.pipeline?.interrupt();
    };
    input = await KafkaInput.connect({ properties, topics, io, native, log, onRebalance, onFatal });
    this.input = input;
    closers.add(() => input.close());

    const onImagesRead = (count: number): void => {
      metrics.restoreRecordsTotal += count;
    };
    const restorer = new Restorer({
      ...{ application, guarantee, topics, clusterId, resumeFrom },
      ...{ input, watermarks, changelog, slots, log, onImagesRead },
    });
    const longestDelayMs = sessionTimeoutMsOf(properties) / 2;
    const commit: Commit =
      guarantee === 'exactly_once'
        ? new ExactlyOnceCommit({ outputs, slots, clusterId, input })
        : new AtLeastOnceCommit({ output, slots, clusterId, input, longestDelayMs });
    const standby = startStandby(this.options, io, {
      ...{ watermarks, slots, clusterId },
      partitions: partitionCounts.changelog,
    });
    this.standby = standby;
    const pipeline = new Pipeline({
      ...{ input, commit, slots, restorer, standby, metrics, log, lifeCycle },
      inputPartitions: partitionCounts.requests,
      batch: { ...config.batch, maxMessages: batchLimit(config) },
    });
    this.pipeline = pipeline;
    metrics.readGauges = () =>
      gaugesOf({
        ...{ pipeline, slots, input, outputs },
        storeDirectory: lock.directory,
        mapSizeBytes: config.state.mapSizeBytes,
      });
    const endFollowing = followChangelogEnds({
      ...{ watermarks, topic: topics.changelog, log },
      partitions: () => [...pipeline.assigned, ...(standby?.followed ?? [])],
      note: (partition, offset) => {
        pipeline.noteChangelogEnd(partition, offset);
        standby?.noteChangelogEnd(partition, offset);
      },
    });
    closers.add(endFollowing);
    if (this.fatal !== undefined) throw this.fatal;
    return pipeline;
  }

  private fail(error: FatalError): void {
    this.fatal ??= error;
    this.pipeline?.fail(error);
  }
}
