import { followChangelogEnds } from '../changelog-ends.js';
import { topicNames } from '../config/schema.js';
import type { OperatorOptions } from '../control/operator.js';
import { type FatalError, internal } from '../errors.js';
import { KafkaChangelog } from '../kafka/changelog.js';
import type { Rebalance } from '../kafka/input.js';
import { KafkaInput } from '../kafka/kafka-input.js';
import { changelogProperties, inputProperties, sessionTimeoutMsOf, watermarkProperties } from '../kafka/properties.js';
import { KafkaWatermarks, type Watermarks } from '../kafka/watermarks.js';
import { gaugesOf } from '../metrics/gauges.js';
import { AtLeastOnceCommit } from '../pipeline/at-least-once-commit.js';
import { batchLimit } from '../pipeline/batch-limit.js';
import { ExactlyOnceCommit } from '../pipeline/exactly-once-commit.js';
import { Pipeline } from '../pipeline/pipeline.js';
import { Restorer } from '../restore/restorer.js';
import type { PiscinaSlots, Slots } from '../slots/slots.js';
import type { Follower } from '../standby/follower.js';
import type { StateLock } from '../state-lock.js';
import { ioOf, openNative } from './native.js';
import { OutputTopics } from './output-topics.js';
import { Producers } from './outputs.js';
import type { Foundation } from './parts.js';
import { openRegistry } from './registry.js';
import { greetSlots, makeSlots, slotSettings } from './slots.js';
import { startStandby } from './standby.js';

const clusterIdTimeoutMs = 10_000;

export type AssemblyOptions = Foundation & { readonly resumeFrom: 'images' | undefined };

/** What a process is run and controlled by. */
export type Assembled = {
  readonly pipeline: Pipeline;
  readonly slots: Slots;
  readonly watermarks: Watermarks;
  readonly standby: Follower | undefined;
  readonly topics: OperatorOptions['topics'];
};

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
  async assemble(lock: StateLock): Promise<Assembled> {
    const { config, log, metrics, lifeCycle, closers, resumeFrom } = this.options;
    const { application, guarantee } = config;
    const topics = topicNames(config);
    const native = openNative(this.options);
    const io = ioOf(this.options, native);
    const onFatal = (error: FatalError): void => this.fail(error);

    const registry = await openRegistry(this.options, lock.directory);
    let input: KafkaInput | undefined;
    const consumer = (): KafkaInput['client'] => {
      if (input === undefined) throw internal('a transaction was begun before there is a consumer');
      return input.client;
    };
    const producers = await Producers.connect({ ...this.options, io, native, consumer });
    const outputTopics = await OutputTopics.inspect({ ...this.options, producers, onFatal });
    const { partitionCounts } = outputTopics;
    const clusterId = (await native?.clusterId(producers.client, clusterIdTimeoutMs)) ?? '';

    const settings = slotSettings(config, lock.directory, partitionCounts, registry?.framing);
    const slots = makeSlots(this.options, settings, onFatal);
    this.slots = slots;
    await greetSlots(slots);
    await producers.initTransactions();
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
    const { outputs } = producers;
    const [output] = outputs;
    const commit =
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
      schemas: registry?.learner(slots),
      inputPartitions: partitionCounts.requests,
      batch: { ...config.batch, maxMessages: batchLimit(config) },
    });
    this.pipeline = pipeline;
    metrics.readGauges = () =>
      gaugesOf({
        ...{ pipeline: pipeline.view, slots, input, outputs: producers.outputs },
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
    const refreshTopics = (): Promise<void> =>
      outputTopics.refresh(slots, (fresh) => {
        commit.replaceOutputs(fresh);
      });
    return {
      pipeline,
      slots,
      watermarks,
      standby,
      topics: { refresh: refreshTopics, verify: () => outputTopics.verify() },
    };
  }

  private fail(error: FatalError): void {
    this.fatal ??= error;
    this.pipeline?.fail(error);
  }
}
