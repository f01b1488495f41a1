import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { followChangelogEnds } from './changelog-ends.js';
import { type Config, topicNames } from './config/schema.js';
import { ExitCode, type FatalError, internal } from './errors.js';
import { KafkaChangelog } from './kafka/changelog.js';
import { KafkaChangelogTail } from './kafka/changelog-tail.js';
import type { Rebalance } from './kafka/input.js';
import type { Io } from './kafka/io.js';
import { KafkaInput } from './kafka/kafka-input.js';
import { KafkaOutput } from './kafka/kafka-output.js';
import { loadNative, type Native } from './kafka/native.js';
import {
  changelogProperties,
  inputProperties,
  outputProperties,
  sessionTimeoutMsOf,
  standbyProperties,
  transactionalIdOf,
  transactionalProducers,
  watermarkProperties,
} from './kafka/properties.js';
import { KafkaWatermarks } from './kafka/watermarks.js';
import type { Log } from './log.js';
import { Metrics } from './metrics.js';
import { AtLeastOnceCommit } from './pipeline/at-least-once-commit.js';
import { batchLimit } from './pipeline/batch-limit.js';
import type { Commit } from './pipeline/commit.js';
import { ExactlyOnceCommit } from './pipeline/exactly-once-commit.js';
import { Pipeline } from './pipeline/pipeline.js';
import { Restorer } from './restore/restorer.js';
import type { SlotSettings } from './slots/settings.js';
import { PiscinaSlots } from './slots/slots.js';
import { Follower, type FollowerOptions } from './standby/follower.js';
import type { StandbyProgress } from './standby/standby.js';
import { lockState, type StateLock } from './state-lock.js';
import { inspectTopics } from './topics/inspect-topics.js';

const topicsTimeoutMs = 10_000;
const clusterIdTimeoutMs = 10_000;
const idleTimeoutMs = 2_000;

export type DaemonOptions = {
  readonly config: Config;
  readonly log: Log;
  readonly resumeFrom: 'images' | undefined;
};

/** The process's parts, put together: it starts, runs until `stop`, and drains. */
export class Daemon {
  private readonly metrics: Metrics;
  private readonly closers: (() => Promise<void> | void)[] = [];
  private pipeline: Pipeline | undefined;
  private slots: PiscinaSlots | undefined;
  private standby: Follower | undefined;
  private fatal: FatalError | undefined;
  private stopping = false;

  constructor(private readonly options: DaemonOptions) {
    this.metrics = new Metrics(options.log);
  }

  /** Runs until `stop`. @throws FatalError when the process can't go on */
  async run(): Promise<void> {
    const { config, log } = this.options;
    log.info('starting', { pid: process.pid, application: config.application, instance: config.instance });
    // LMDB makes its files for others to read; what lies in the state is the service's alone.
    process.umask(0o077);
    const lock = lockState(config.state.directory, config.application);
    this.closers.push(() => lock.release());
    const pipeline = await this.assemble(lock);
    if (!this.stopping) {
      const timer = setInterval(() => this.metrics.report(), config.metrics.intervalMs);
      this.closers.push(() => clearInterval(timer));
      await pipeline.run();
    }
    this.metrics.report();
    for (const close of this.closers.reverse()) await close();
    log.info('stopped', {});
  }

  /** Asks for the end: what is in flight is committed and persisted, then `run` returns. */
  stop(): void {
    this.stopping = true;
    this.standby?.stop();
    this.pipeline?.stop();
  }

  /** Waits for what the workers are writing, for a while; the process can be ended afterwards. */
  async quiesce(): Promise<void> {
    this.standby?.stop();
    await Promise.race([this.slots?.idle(), sleep(idleTimeoutMs, undefined, { ref: false })]);
  }

  private async assemble(lock: StateLock): Promise<Pipeline> {
    const { config, log, resumeFrom } = this.options;
    const topics = topicNames(config);
    const native = this.native();
    const io: Io = native !== undefined && config.io === 'packed' ? { kind: 'packed', native } : { kind: 'standard' };
    const onFatal = (error: FatalError): void => this.fail(error);

    let input: KafkaInput | undefined;
    const consumer = (): KafkaInput['client'] => {
      if (input === undefined) throw internal('a transaction was begun before there is a consumer');
      return input.client;
    };
    const outputs = await this.connectOutputs(io, native, consumer);
    const [output] = outputs;
    const { partitionCounts, warnings } = await inspectTopics(output.client, topics, topicsTimeoutMs);
    for (const warning of warnings) log.warn('topicsUnverified', {}, warning);
    const clusterId = (await native?.clusterId(output.client, clusterIdTimeoutMs)) ?? '';

    const slots = await this.startSlots(lock, partitionCounts);
    if (config.guarantee === 'exactly_once') await Promise.all(outputs.map((one) => one.initTransactions()));
    const watermarks = await KafkaWatermarks.connect(watermarkProperties(config), log);
    this.closers.push(() => watermarks.close());
    const changelog = new KafkaChangelog({ properties: changelogProperties(config), topic: topics.changelog, io, log });
    this.closers.push(() => changelog.close());
    const properties = inputProperties(config, native === undefined);
    const onRebalance = (kind: Rebalance['kind']): void => {
      if (kind === 'lost') this.pipeline?.lose();
      this.pipeline?.interrupt();
    };
    input = await KafkaInput.connect({ properties, topics, io, native, log, onRebalance, onFatal });
    this.closers.push(() => input.close());

    const { application, guarantee } = config;
    const onImagesRead = (count: number): void => {
      this.metrics.restoreRecordsTotal += count;
    };
    const restorer = new Restorer({
      ...{
        application,
        guarantee,
        topics,
        clusterId,
        resumeFrom,
        input,
        watermarks,
        changelog,
        slots,
        log,
        onImagesRead,
      },
    });
    const longestDelayMs = sessionTimeoutMsOf(properties) / 2;
    const commit: Commit =
      guarantee === 'exactly_once'
        ? new ExactlyOnceCommit({ outputs, slots, clusterId, input })
        : new AtLeastOnceCommit({ output, slots, clusterId, input, longestDelayMs });
    if (config.state.standby === 'all') {
      const properties = standbyProperties(config);
      const tail = new KafkaChangelogTail({ properties, topic: topics.changelog, io, log });
      this.standby = this.startStandby({ tail, watermarks, slots, clusterId, partitions: partitionCounts.changelog });
    }
    const pipeline = new Pipeline({
      ...{ input, commit, slots, restorer, standby: this.standby, metrics: this.metrics, log },
      inputPartitions: partitionCounts.requests,
      batch: { ...config.batch, maxMessages: batchLimit(config) },
    });
    this.pipeline = pipeline;
    const endFollowing = followChangelogEnds({
      ...{ watermarks, topic: topics.changelog, log },
      partitions: () => [...pipeline.assigned, ...(this.standby?.followed ?? [])],
      note: (partition, offset) => {
        pipeline.noteChangelogEnd(partition, offset);
        this.standby?.noteChangelogEnd(partition, offset);
      },
    });
    this.closers.push(endFollowing);
    if (this.fatal !== undefined) throw this.fatal;
    return pipeline;
  }

  /** The producers: transactional ones take turns; at_least_once has one. */
  private async connectOutputs(
    io: Io,
    native: Native | undefined,
    consumer: () => KafkaInput['client'],
  ): Promise<[KafkaOutput, ...KafkaOutput[]]> {
    const { config, log } = this.options;
    const connectOutput = async (producer: number): Promise<KafkaOutput> => {
      const output = await KafkaOutput.connect({
        properties: outputProperties(config, producer),
        topics: topicNames(config),
        transactionalId: transactionalIdOf(config, producer),
        transactionTimeoutMs: config.transaction.timeoutMs,
        ...{ io, native, consumer, log },
      });
      this.closers.push(() => output.close());
      return output;
    };
    const further = config.guarantee === 'exactly_once' ? transactionalProducers - 1 : 0;
    const first = await connectOutput(0);
    return [first, ...(await Promise.all(Array.from({ length: further }, (_, at) => connectOutput(at + 1))))];
  }

  private async startSlots(lock: StateLock, partitionCounts: SlotSettings['partitionCounts']): Promise<PiscinaSlots> {
    const { config } = this.options;
    const { init, requests } = topicNames(config);
    const { results, status, deadLetters } = partitionCounts;
    const shared: Omit<SlotSettings, 'slot'> = {
      storeDirectory: lock.directory,
      bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      durability: config.state.durability,
      mapSizeBytes: config.state.mapSizeBytes,
      guarantee: config.guarantee,
      adjacency: config.allocation.adjacency,
      onSold: config.init.onSold,
      payload: config.status.payload,
      emit: config.status.emit,
      limits: config.limits,
      topics: { init, requests },
      partitionCounts: { results, status, deadLetters },
    };
    const settings = Array.from({ length: config.workers.threads }, (_, slot) => ({ ...shared, slot }));
    const slots = new PiscinaSlots(settings, (error) => this.fail(error));
    this.slots = slots;
    this.closers.push(() => slots.destroy());
    await Promise.all(settings.map(({ slot }) => slots.run(slot, { kind: 'hello' })));
    return slots;
  }

  private startStandby(
    parts: Pick<FollowerOptions, 'tail' | 'watermarks' | 'slots' | 'clusterId' | 'partitions'>,
  ): Follower {
    const { config, log } = this.options;
    const { metrics } = this;
    const onProgress = ({ partitions, lagRecords, records }: StandbyProgress): void => {
      metrics.standbyPartitions = partitions;
      metrics.standbyLagRecords = lagRecords;
      metrics.standbyRecordsTotal += records;
    };
    const standby = new Follower({ ...parts, topic: topicNames(config).changelog, log, onProgress });
    this.closers.push(() => standby.close());
    standby.start();
    return standby;
  }

  private native(): Native | undefined {
    const native = loadNative();
    if (!('unavailable' in native)) {
      native.tuneAllocator();
      return native;
    }
    this.options.log.warn(
      'nativeUnavailable',
      { exitCode: ExitCode.drained },
      `the native addon is not available (${native.unavailable}): records pass as with io: standard, which is slower; the cluster's id and the topics' configurations are not verified, a lost assignment is not told from one taken in order, and with the classic protocol the instance is a static member of its group`,
    );
    return undefined;
  }

  private fail(error: FatalError): void {
    this.fatal ??= error;
    this.pipeline?.fail(error);
  }
}
