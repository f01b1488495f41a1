import { LifeCycle } from '../../../src/life-cycle.js';
import { Metrics } from '../../../src/metrics/metrics.js';
import { AtLeastOnceCommit } from '../../../src/pipeline/at-least-once-commit.js';
import type { Commit } from '../../../src/pipeline/commit.js';
import { ExactlyOnceCommit } from '../../../src/pipeline/exactly-once-commit.js';
import { Pipeline, type PipelineOptions } from '../../../src/pipeline/pipeline.js';
import type { Schemas } from '../../../src/pipeline/schemas.js';
import { Restorer } from '../../../src/restore/restorer.js';
import type { SlotSettings } from '../../../src/slots/settings.js';
import { Follower } from '../../../src/standby/follower.js';
import { FakeChangelog } from './changelog.js';
import { FakeChangelogTail } from './changelog-tail.js';
import { FakeInput } from './input.js';
import { FakeKafka } from './kafka.js';
import { MemoryLog } from './log.js';
import { FakeOutput } from './output.js';
import { slotSettings, topicNames } from './settings.js';
import { FakeSlots } from './slots.js';
import { Steps, turn, until } from './steps.js';
import { MemoryStores } from './stores.js';
import { FakeWatermarks } from './watermarks.js';

export type FakeDaemonOptions = {
  readonly settings?: Partial<SlotSettings>;
  readonly batch?: Partial<PipelineOptions['batch']>;
  readonly resumeFrom?: 'images';
  readonly clusterId?: string;
  /** Whether deliveries take longer than a flush waits. */
  readonly isSlow?: boolean;
  readonly longestDelayMs?: number;
  /** What teaches the slots writers' schemas. */
  readonly schemas?: (slots: FakeSlots) => Schemas;
  /** Partitions of a changelog that a standby follows, as far as they are not owned. */
  readonly standbyPartitions?: number;
};

/** One life of the daemon: the real pipeline, restorer and slots on a cluster and stores that outlive it. */
export class FakeDaemon {
  readonly steps = new Steps();
  readonly log = new MemoryLog();
  readonly metrics = new Metrics(this.log);
  readonly lifeCycle = new LifeCycle();
  readonly slots: FakeSlots;
  readonly input: FakeInput;
  readonly output: FakeOutput;
  readonly changelog: FakeChangelog;
  readonly tail: FakeChangelogTail;
  readonly standby: Follower | undefined;
  readonly restorer: Restorer;
  readonly pipeline: Pipeline;
  imagesRead = 0;
  private running: Promise<void> = Promise.resolve();

  constructor(
    readonly kafka = new FakeKafka(),
    readonly stores = new MemoryStores(),
    options: FakeDaemonOptions = {},
  ) {
    const { kafka: cluster, steps, log } = this;
    const settings = slotSettings(options.settings);
    const { guarantee } = settings;
    this.slots = new FakeSlots(settings, stores, 2, steps);
    this.input = new FakeInput(cluster, steps, (kind) => {
      if (kind === 'lost') this.pipeline.lose();
      this.pipeline.interrupt();
    });
    this.output = new FakeOutput(cluster, steps, [], options.isSlow);
    this.changelog = new FakeChangelog(cluster, steps);
    const { slots, input, output, changelog } = this;
    const clusterId = options.clusterId ?? 'a cluster';
    const watermarks = new FakeWatermarks(cluster, steps);
    this.tail = new FakeChangelogTail(cluster, steps);
    const { standbyPartitions: partitions } = options;
    const topic = topicNames.changelog;
    this.standby =
      partitions === undefined
        ? undefined
        : new Follower({
            ...{ topic, partitions, clusterId, tail: this.tail, watermarks, slots, log },
            onProgress: () => undefined,
            clock: { nowMs: () => performance.now(), rest: turn },
          });
    this.restorer = new Restorer({
      ...{ application: 'app', guarantee, topics: topicNames, clusterId, resumeFrom: options.resumeFrom },
      ...{ input, watermarks, changelog, slots, log },
      onImagesRead: (count) => {
        this.imagesRead += count;
      },
    });
    const longestDelayMs = options.longestDelayMs ?? Number.POSITIVE_INFINITY;
    const commit: Commit =
      guarantee === 'exactly_once'
        ? new ExactlyOnceCommit({
            outputs: [output, new FakeOutput(cluster, steps, output.groups, options.isSlow)],
            ...{ slots, clusterId, input },
          })
        : new AtLeastOnceCommit({ output, slots, clusterId, input, longestDelayMs });
    this.pipeline = new Pipeline({
      ...{ input, commit, slots, restorer: this.restorer, metrics: this.metrics, log, inputPartitions: 8 },
      lifeCycle: this.lifeCycle,
      standby: this.standby,
      schemas: options.schemas?.(slots),
      batch: { maxMessages: 100, maxWaitMs: 0, inFlight: 3, maxHeldBackMessages: 1_000, ...options.batch },
    });
  }

  /** Runs the pipeline; the group gives it these partitions, or leaves it without any assignment. */
  start(...partitions: number[]): this {
    this.standby?.start();
    this.running = this.pipeline.run();
    this.running.catch(() => undefined);
    if (partitions.length > 0) this.input.rebalance('assign', ...partitions);
    return this;
  }

  /** What `run` ends with; rejects as it does. */
  get ended(): Promise<void> {
    return this.running;
  }

  /** Stops and drains. */
  async stop(): Promise<void> {
    this.standby?.stop();
    this.pipeline.stop();
    await this.running;
    await this.standby?.close();
  }

  /** Waits until every record of the inputs of these partitions is committed. */
  async caughtUp(...partitions: number[]): Promise<void> {
    await until(() => partitions.every((partition) => this.isCaughtUp(partition)), 'all is consumed');
  }

  private isCaughtUp(partition: number): boolean {
    const committed = this.kafka.committed.get(partition);
    return (
      (committed?.init ?? 0) === this.kafka.range(0, partition).high &&
      (committed?.requests ?? 0) === this.kafka.range(1, partition).high
    );
  }
}
