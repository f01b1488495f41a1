import { Operator } from '../../src/control/operator.js';
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
  private readonly operator: Operator;

  constructor(
    private readonly world: World,
    readonly process: SimulatedProcess,
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
    this.operator = new Operator({
      ...{ pipeline: this.pipeline, log },
      topics: { refresh: () => this.renew(), verify: async () => undefined },
      snapshot: () => Promise.reject(new Error('nobody asks for it')),
    });
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

  /** On the control socket; false when it is refused. */
  async ask(verb: 'pause' | 'resume' | 'republish'): Promise<boolean> {
    const { trace } = this.world;
    const { name } = this.process;
    trace.add(name, `OPERATOR ${verb}`);
    if (verb === 'republish') this.world.republications += 1;
    const outcome = await this.operator.carryOut({ verb }).then(() => 'done', messageOf);
    trace.add(name, `${verb}: ${outcome}`);
    return outcome === 'done';
  }

  /** Fresh producers, as at each end of a pause. */
  private async renew(): Promise<void> {
    this.outputs = this.makeOutputs();
    try {
      await this.initTransactions();
    } catch (error) {
      this.pipeline.fail(error instanceof FatalError ? error : internal(describe(error), error));
      throw error;
    }
    this.replaceOutputs(this.outputs);
  }

  private async initTransactions(): Promise<void> {
    if (this.world.scenario.settings.guarantee === 'exactly_once')
      await Promise.all(this.outputs.map((output) => output.initTransactions()));
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
