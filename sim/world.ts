import { ExitCode } from '../src/errors.js';
import type { InputTopic } from '../src/frames.js';
import type { Random } from '../test/support/random.js';
import { History } from './check/history.js';
import { Problems } from './check/problems.js';
import { Cluster } from './cluster/cluster.js';
import { diskFaults } from './faults/fault.js';
import { Faults, type Mishaps } from './faults/faults.js';
import type { Exit, SimDaemon } from './host/daemon.js';
import { Host } from './host/host.js';
import { SimOperator } from './host/operator.js';
import type { SimulatedProcess } from './host/process.js';
import { Latencies } from './latencies.js';
import { Writer } from './load/writer.js';
import type { Scenario } from './scenario.js';
import type { Schedule } from './schedule.js';
import type { Trace } from './trace.js';

/** A run that has not come to its end by then never will: faults last for seconds. */
const mostEvents = 60_000;
const mostMs = 600_000;

/** Everything there is: the cluster, the hosts, what is produced, and what goes wrong. */
export class World {
  readonly schedule: Schedule;
  readonly latencies: Latencies;
  readonly cluster: Cluster;
  readonly history: History;
  readonly problems: Problems;
  readonly faults: Faults;
  readonly hosts: Host[] = [];
  /** Republications that were asked for. */
  republications = 0;
  private readonly writers: readonly Writer[];
  private readonly burstsLeft: number[];
  /** Everything is to end: whatever wants to start an instance has to wait. */
  private isDraining = false;

  constructor(
    readonly scenario: Scenario,
    readonly random: Random,
    schedule: Schedule,
    readonly trace: Trace,
    /** Whether a person is at the control socket. */
    private readonly isAttended: boolean,
  ) {
    this.schedule = schedule;
    const { partitions, protocol, settings, isTransactional, late } = scenario;
    this.latencies = new Latencies(random, late);
    const { latencies } = this;
    this.problems = new Problems(({ check, what }) => trace.add('PROBLEM', `${check}: ${what}`));
    this.history = new History(settings.guarantee, this.problems, (partition) => this.cluster.changelog(partition));
    const { history } = this;
    this.cluster = new Cluster({
      ...{ schedule, latencies, partitions, protocol, outputPartitions: settings.partitionCounts },
      low: (topic: InputTopic, partition: number) => scenario.lows.get(topic)?.[partition] ?? 0,
      onDecided: (transaction) => history.decided(transaction),
      onCommitted: (partition, positions) => history.committed(partition, positions),
    });
    const { cluster } = this;
    this.faults = new Faults(scenario.faults, this.mishaps(), random, ({ name }, what) => trace.add(name, what));
    this.writers = Array.from(
      { length: partitions },
      (_, partition) => new Writer({ schedule, cluster, random, partition, isTransactional }),
    );
    this.burstsLeft = [...scenario.bursts];
    for (let host = 0; host < scenario.hosts; host += 1) {
      const name = String.fromCharCode('a'.charCodeAt(0) + host);
      this.hosts.push(new Host(this, name, name));
    }
  }

  /** Without a fence an instance that is thought dead may still write, after its successor. */
  get overlapped(): boolean {
    const { struck } = this.faults;
    return this.scenario.settings.guarantee === 'at_least_once' && (struck.has('pause') || struck.has('expelled'));
  }

  /** Lives through the run; ends early when a problem is found. */
  async run(): Promise<void> {
    for (const [partition, writer] of this.writers.entries()) writer.backlog(this.scenario.backlog[partition] ?? 0);
    for (const host of this.hosts.slice(0, this.scenario.running)) host.start();
    for (const partition of this.writers.keys()) this.produceMore(partition);
    if (this.isAttended) {
      const daemons = (): SimDaemon[] => this.hosts.flatMap(({ running }) => running ?? []);
      new SimOperator(this, this.random.seed, daemons).begin();
    }
    await this.until(
      () => this.isCaughtUp && this.burstsLeft.every((left) => left === 0),
      'all of the input is committed',
    );
    await this.drain();
    await this.startAnew();
    await this.drain();
    await this.until(() => this.cluster.transactions.isQuiet, 'every transaction has its markers');
  }

  /** Starts a host, unless everything is to end. */
  start(host: Host | undefined): void {
    if (!this.isDraining) host?.start();
  }

  /** Whether another host runs an instance of the same name. */
  isReplaced({ name, instance }: Host): boolean {
    return this.hosts.some((host) => host.isUp && host.instance === instance && host.name !== name);
  }

  /** A process ended by itself. */
  exited({ name }: SimulatedProcess, { code, message, isFenced }: Exit): void {
    const { problems, faults } = this;
    const isCalledFor =
      code === ExitCode.drained ||
      (code === ExitCode.temporary && faults.struck.size > 0) ||
      (code === ExitCode.fenced && isFenced);
    if (!isCalledFor) problems.add('exit', `${name} exited with ${code}: ${message}`);
  }

  /** Stops every instance; those that fail meanwhile are not waited for. */
  private async drain(): Promise<void> {
    this.isDraining = true;
    for (const host of this.hosts) host.stop();
    await this.until(() => this.hosts.every(({ isUp }) => !isUp), 'every process is drained');
    this.isDraining = false;
  }

  /** Disks suffer, instances start again, and a request for every section tells what they believe to be left. */
  private async startAnew(): Promise<void> {
    const { hosts, random } = this;
    for (const { disk } of hosts) if (random.next() < 0.5) disk.suffer(random.pick(diskFaults), random);
    for (const writer of this.writers) writer.probe();
    for (const host of hosts.slice(0, random.whole(1, hosts.length))) host.start();
    await this.until(() => this.isCaughtUp, 'the last requests are committed');
  }

  private async until(condition: () => boolean, what: string): Promise<void> {
    const { schedule, problems } = this;
    while (problems.found.length === 0 && !condition()) {
      const isOver = schedule.happened > mostEvents || schedule.nowMs > mostMs;
      if (isOver || !(await schedule.next())) problems.add('progress', `it never came to this: ${what}`);
    }
  }

  /** Another burst once everything before it is committed. */
  private produceMore(partition: number): void {
    const left = this.burstsLeft[partition] ?? 0;
    if (left === 0) return;
    this.schedule.after(10 + this.random.next() * 40, () => {
      if (this.isCommitted(partition)) {
        this.writers[partition]?.burst();
        this.burstsLeft[partition] = left - 1;
      }
      this.produceMore(partition);
    });
  }

  private get isCaughtUp(): boolean {
    return [...this.writers.keys()].every((partition) => this.isCommitted(partition));
  }

  /** Under at_least_once a store may be ahead of the committed offsets, and then there is nothing left to commit. */
  private isCommitted(partition: number): boolean {
    const { init, requests } = this.writers[partition]?.end ?? { init: 0, requests: 0 };
    const stores = this.hosts.map(({ disk }) => disk.of(partition).content.mark?.positions);
    const known = this.scenario.settings.guarantee === 'at_least_once' ? stores : [];
    return [this.cluster.offsets.get(partition), ...known].some(
      (positions) => (positions?.init ?? 0) >= init && (positions?.requests ?? 0) >= requests,
    );
  }

  private mishaps(): Mishaps {
    const hostOf = (process: SimulatedProcess): Host | undefined => this.hosts.find((host) => host.process === process);
    return {
      crash: (process, disk) => hostOf(process)?.crash(disk),
      pause: (process, durationMs) => hostOf(process)?.pause(durationMs),
      usurp: (process, durationMs) => this.usurp(hostOf(process), durationMs),
      expel: (process) => hostOf(process)?.expel(),
      rebalance: () => this.cluster.group.rebalance(),
      stop: (process, downMs) => hostOf(process)?.stop(downMs),
      startAnother: () => this.start(this.hosts.find(({ isUp }) => !isUp)),
      compact: () => this.cluster.output('changelog').map((log) => log.compact()),
    };
  }

  /** A process stands still, and who takes it for dead starts another one under its name on another machine. */
  private usurp(host: Host | undefined, durationMs: number): void {
    if (host === undefined) return;
    host.pause(durationMs);
    const usurper = new Host(this, `${host.name}'`, host.instance);
    this.hosts.push(usurper);
    this.schedule.after(this.random.next() * durationMs, () => this.start(usurper));
  }
}
