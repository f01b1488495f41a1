import { type ExitCode, FatalError, internal, messageOf } from '../../src/errors.js';
import type { Rebalance } from '../../src/kafka/input.js';
import { transactionalProducers } from '../../src/kafka/properties.js';
import { LifeCycle } from '../../src/life-cycle.js';
import { Metrics } from '../../src/metrics/metrics.js';
import { AtLeastOnceCommit } from '../../src/pipeline/at-least-once-commit.js';
import { ExactlyOnceCommit } from '../../src/pipeline/exactly-once-commit.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { Restorer } from '../../src/restore/restorer.js';
import { Conduct } from '../check/conduct.js';
import { Calls } from '../client/calls.js';
import { ClassicMember } from '../client/classic-member.js';
import { ConsumerMember } from '../client/consumer-member.js';
import { Fetcher } from '../client/fetcher.js';
import type { Membership } from '../client/membership.js';
import { RecordQueue } from '../client/record-queue.js';
import { SimChangelog } from '../client/sim-changelog.js';
import { SimInput } from '../client/sim-input.js';
import { SimOutput } from '../client/sim-output.js';
import { SimWatermarks } from '../client/sim-watermarks.js';
import { timeouts, topicNames } from '../cluster/cluster.js';
import type { World } from '../world.js';
import { followChangelogEnds } from './changelog-ends.js';
import { type Disk, DiskStores } from './disk.js';
import type { SimulatedProcess } from './process.js';
import { SimSlots } from './slots.js';
import { TraceLog } from './trace-log.js';

/** How a life of the daemon ended by itself. */
export type Exit = { readonly code: ExitCode; readonly message: string; readonly isFenced: boolean };

/**
 * One life of the daemon, put together as src/daemon.ts does it: its own pipeline, commit, restorer and slots on
 * clients of the simulated cluster.
 */
export class SimDaemon {
  readonly member: Membership;
  private readonly pipeline: Pipeline;
  private readonly input: SimInput;
  private readonly makeOutputs: () => [SimOutput, ...SimOutput[]];
  private readonly replaceOutputs: (outputs: [SimOutput, ...SimOutput[]]) => void;
  private outputs: [SimOutput, ...SimOutput[]];
  private readonly conduct: Conduct;
  private isRepublishing = false;
  private isRenewing = false;

  constructor(
    private readonly world: World,
    private readonly process: SimulatedProcess,
    instance: string,
    disk: Disk,
  ) {
    const { schedule, latencies, cluster, random, faults, trace, history, problems, scenario } = world;
    const { settings, slots: slotCount, batch, protocol } = scenario;
    const { guarantee } = settings;
    const nowMs = (): number => schedule.nowMs;
    const calls = new Calls({ process, schedule, latencies, faults, trace });
    const stores = new DiskStores(disk, process, faults, (partition, content, isMarked) =>
      history.stored(process.name, partition, content, isMarked),
    );
    const longestDelayMs = timeouts.sessionMs / 2;
    this.conduct = new Conduct({ process, problems, history, nowMs, longestDelayMs, opened: () => stores.opened });
    const { conduct } = this;
    const onComputed = conduct.computed.bind(conduct);
    const slots = new SimSlots({ count: slotCount, settings, stores, calls, nowMs, onComputed });
    const membership = {
      ...{ name: process.name, owner: process, schedule, latencies },
      onRebalance: this.onRebalance.bind(this),
    };
    this.member =
      protocol === 'classic'
        ? new ClassicMember(membership, cluster.classicGroup)
        : new ConsumerMember(membership, cluster.consumerGroup);
    const { member } = this;
    const onFatal = (error: FatalError): void => this.pipeline.fail(error);
    const fetcher = new Fetcher(cluster, random, conduct);
    this.input = new SimInput({ cluster, calls, member, protocol, fetcher, conduct, random, nowMs, onFatal });
    const producers = guarantee === 'exactly_once' ? transactionalProducers : 1;
    const makeOutput = (producer: number): SimOutput =>
      new SimOutput({
        ...{ transactionalId: `app/${instance}/${producer}`, cluster, calls, member, conduct, nowMs },
        queueTo: (deliver) => new RecordQueue({ process, schedule, latencies, faults }, deliver),
      });
    this.makeOutputs = () => [
      makeOutput(0),
      ...Array.from({ length: producers - 1 }, (_, further) => makeOutput(further + 1)),
    ];
    this.outputs = this.makeOutputs();
    const { input, outputs } = this;
    const [output] = outputs;
    const clusterId = 'a cluster';
    const log = new TraceLog(trace, process.name);
    const watermarks = new SimWatermarks(cluster, calls);
    const changelog = new SimChangelog(cluster, calls, random, nowMs);
    const onImagesRead = (): void => undefined;
    const restorer = new Restorer({
      ...{ application: 'app', guarantee, topics: topicNames, clusterId, resumeFrom: undefined },
      ...{ input, watermarks, changelog, slots, log, onImagesRead },
    });
    const commit =
      guarantee === 'exactly_once'
        ? new ExactlyOnceCommit({ outputs, slots, clusterId, input })
        : new AtLeastOnceCommit({ output, slots, clusterId, input, longestDelayMs });
    this.replaceOutputs = (fresh) => commit.replaceOutputs(fresh);
    const metrics = new Metrics(log);
    const inputPartitions = scenario.partitions;
    const lifeCycle = new LifeCycle();
    this.pipeline = new Pipeline({ input, commit, slots, restorer, metrics, log, lifeCycle, inputPartitions, batch });
    followChangelogEnds({ process, schedule, random, watermarks, pipeline: this.pipeline });
  }

  /** Lives until it was stopped and has drained, or can't go on. */
  async run(): Promise<Exit> {
    try {
      await this.initTransactions();
      this.member.join();
      await this.pipeline.run();
      await this.input.close();
      return { code: 0, message: 'drained', isFenced: false };
    } catch (error) {
      const { exitCode, message } = error instanceof FatalError ? error : internal(describe(error), error);
      return { code: exitCode, message, isFenced: this.outputs.some(({ isFenced }) => isFenced) };
    }
  }

  /** SIGTERM. */
  stop(): void {
    this.pipeline.stop();
  }

  /** What the operator asks for may be refused; it asks no more then. */
  pause(): void {
    this.note('pause', this.pipeline.pause());
  }

  /** As the operator's `resume` does: with fresh producers, once nothing is in flight. */
  resume(): void {
    this.note('resume', this.goOn());
  }

  republish(): void {
    if (this.isRepublishing) return;
    this.isRepublishing = true;
    this.world.republications += 1;
    const republished = this.pipeline.republish().finally(() => {
      this.isRepublishing = false;
    });
    this.note('republish', republished);
  }

  private async goOn(): Promise<void> {
    const { pause } = this.pipeline.view;
    if (pause === 'none' || this.isRepublishing || this.isRenewing) return this.pipeline.resume();
    if (pause === 'reached') await this.renew();
    this.pipeline.resume();
  }

  private async renew(): Promise<void> {
    this.isRenewing = true;
    this.outputs = this.makeOutputs();
    try {
      await this.initTransactions();
    } catch (error) {
      this.pipeline.fail(error instanceof FatalError ? error : internal(describe(error), error));
      throw error;
    } finally {
      this.isRenewing = false;
    }
    this.replaceOutputs(this.outputs);
  }

  private async initTransactions(): Promise<void> {
    if (this.world.scenario.settings.guarantee === 'exactly_once')
      await Promise.all(this.outputs.map((output) => output.initTransactions()));
  }

  private note(what: string, asked: Promise<unknown>): void {
    const { trace } = this.world;
    trace.add(this.process.name, `OPERATOR ${what}`);
    asked.then(
      () => trace.add(this.process.name, `${what}: done`),
      (error: unknown) => trace.add(this.process.name, `${what}: ${messageOf(error)}`),
    );
  }

  private onRebalance(kind: Rebalance['kind'], partitions: readonly number[]): void {
    this.world.trace.add(this.process.name, `told ${kind} ${partitions}`);
    this.conduct.told(kind);
    this.input.addRebalance(kind, partitions);
    if (kind === 'lost') this.pipeline.lose();
    this.pipeline.interrupt();
  }
}

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
