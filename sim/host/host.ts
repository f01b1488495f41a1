import { ExitCode } from '../../src/errors.js';
import { timeouts } from '../cluster/cluster.js';
import type { DiskFault } from '../faults/fault.js';
import type { World } from '../world.js';
import { type Exit, SimDaemon } from './daemon.js';
import { Disk } from './disk.js';
import { SimulatedProcess } from './process.js';

/** About systemd's RestartSec. */
const restartMs = 2_000;
const shutdownTimeoutMs = 15_000;

/** A machine: its disk, and the daemon's process on it, life after life. */
export class Host {
  readonly disk = new Disk();
  process: SimulatedProcess | undefined;
  /** After how long a process that has ended is started again; undefined when it is not. */
  private downMs: number | undefined;
  private daemon: SimDaemon | undefined;
  private lives = 0;

  constructor(
    private readonly world: World,
    readonly name: string,
    /** Of the transactional.id; another host may have the same, by mistake or to replace this one. */
    readonly instance: string,
  ) {}

  /** The daemon, while it runs. */
  get running(): SimDaemon | undefined {
    return this.daemon;
  }

  get isUp(): boolean {
    return this.process !== undefined;
  }

  start(): void {
    this.downMs = restartMs * (0.5 + this.world.random.next());
    if (this.isUp) return;
    this.lives += 1;
    const process = new SimulatedProcess(`${this.name}${this.lives}`);
    this.process = process;
    this.world.trace.add(process.name, 'starts');
    this.daemon = new SimDaemon(this.world, process, this.instance, this.disk);
    void this.daemon.run().then((exit) => this.exited(process, exit));
  }

  /** SIGTERM; what does not drain in time is killed. With `downMs` it is started again that long after its end. */
  stop(downMs?: number): void {
    this.downMs = downMs;
    const { process } = this;
    if (process === undefined) return;
    this.daemon?.stop();
    const overdue = (): void => this.exited(process, notDrained);
    this.world.schedule.after(shutdownTimeoutMs, overdue, process);
  }

  /** kill -9, or the end of the process: nothing of it happens any more, but the group notices only after a while. */
  crash(disk?: DiskFault): void {
    const { process, daemon, world } = this;
    if (process === undefined || daemon === undefined) return;
    this.end();
    world.schedule.after(timeouts.sessionMs, () => world.cluster.group.remove(daemon.member.memberId));
    if (disk !== undefined) this.disk.suffer(disk, world.random);
  }

  /** SIGSTOP, and SIGCONT some time later. */
  pause(durationMs: number): void {
    const { process, daemon, world } = this;
    if (process === undefined || daemon === undefined) return;
    process.pausedUntilMs = world.schedule.nowMs + durationMs;
    world.schedule.after(timeouts.sessionMs, () => {
      if (!process.isGone && process.pausedUntilMs > world.schedule.nowMs)
        world.cluster.group.remove(daemon.member.memberId);
    });
  }

  expel(): void {
    if (this.daemon !== undefined) this.world.cluster.group.remove(this.daemon.member.memberId);
  }

  private exited(process: SimulatedProcess, exit: Exit): void {
    if (process !== this.process) return;
    this.world.trace.add(process.name, `exits ${exit.code}: ${exit.message.split('\n')[0]}`);
    this.world.exited(process, exit);
    // Two of one name would fence each other for ever; a person ends one of them.
    if (exit.code === ExitCode.fenced && this.world.isReplaced(this)) this.downMs = undefined;
    if (exit.code === ExitCode.drained) this.end();
    else this.crash();
  }

  private end(): void {
    if (this.process !== undefined) this.process.isGone = true;
    this.process = undefined;
    this.daemon = undefined;
    if (this.downMs !== undefined) this.world.schedule.after(this.downMs, () => this.world.start(this));
  }
}

const notDrained: Exit = { code: ExitCode.temporary, message: 'not drained in time', isFenced: false };
