import { existsSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { assert, type ExitCode, FatalError, internal, messageOf } from '../errors.js';
import { BusyClock, type SlotActivity } from './activity.js';
import type { SlotSettings, WorkerData } from './settings.js';
import {
  type SlotAnswer,
  type SlotEnvelope,
  type SlotFailure,
  type SlotTask,
  type SlotTaskKind,
  transferred,
} from './tasks.js';

type TaskOf<Kind extends SlotTaskKind> = Extract<SlotTask, { kind: Kind }>;

/** The worker slots, as the pipeline sees them. Each partition number belongs to one slot. */
export interface Slots {
  readonly count: number;
  slotOf(partition: number): number;
  /** Carries out a task in the slot, after all tasks given to it before. Its frame batches are transferred away. */
  run<Kind extends SlotTaskKind>(slot: number, task: TaskOf<Kind>): Promise<SlotAnswer[Kind]>;
  /** Resolves once no task is under way. */
  idle(): Promise<void>;
  /** Ends the workers; only once they are idle, for a thread that is ended within an LMDB write can hang. */
  destroy(): Promise<void>;
}

/** Calls each slot that owns some of the partitions, with those; all at once. */
export const onEachSlot = <Result>(
  slots: Slots,
  partitions: Iterable<number>,
  call: (slot: number, partitions: readonly number[]) => Promise<Result>,
): Promise<Result[]> => Promise.all([...groupBySlot(slots, partitions)].map(([slot, owned]) => call(slot, owned)));

/** Gives each slot the task; resolves once all have carried it out. */
export const onAllSlots = <Kind extends SlotTaskKind>(slots: Slots, task: TaskOf<Kind>): Promise<SlotAnswer[Kind][]> =>
  Promise.all(Array.from({ length: slots.count }, (_, slot) => slots.run<Kind>(slot, task)));

/** Partitions by the slot that they belong to. */
export function groupBySlot(slots: Slots, partitions: Iterable<number>): Map<number, number[]> {
  const bySlot = new Map<number, number[]>();
  for (const partition of partitions) {
    const slot = slots.slotOf(partition);
    const group = bySlot.get(slot);
    if (group === undefined) bySlot.set(slot, [partition]);
    else group.push(partition);
  }
  return bySlot;
}

/** The worker beside this file: compiled in dist/, or TypeScript under tsx. */
const workerFile = (): { filename: string; execArgv: string[] } => {
  const compiled = fileURLToPath(new URL('../../workers/worker.js', import.meta.url));
  if (existsSync(compiled)) return { filename: compiled, execArgv: [] };
  return { filename: compiled.replace(/\.js$/, '.ts'), execArgv: ['--import', 'tsx'] };
};

/**
 * One Piscina a slot, with one thread that never idles out: a pool of several threads would hand tasks to any of them,
 * and even a pool of one reorders its queue unless `stricterFIFO` is set (seen with 5.3.2). A worker that dies is
 * replaced by Piscina silently, by an empty one; here that is the end of the process.
 */
class SlotPool {
  private readonly pool: Piscina;
  private sequence = 0;
  private answered = 0;
  private readonly busy = new BusyClock();
  private closing = false;
  private exited = false;
  private death: FatalError | undefined;
  /** What the worker failed with first: tasks behind it fail as well, and would only tell that one before them did. */
  private failure: FatalError | undefined;
  /** The latest task; those before it are done when it is. */
  last: Promise<void> = Promise.resolve();

  constructor(
    private readonly slot: number,
    settings: SlotSettings,
    private readonly onDeath: (error: FatalError) => void,
  ) {
    const { filename, execArgv } = workerFile();
    this.pool = new Piscina({
      filename,
      execArgv,
      workerData: { settings, busy: this.busy.memory } satisfies WorkerData,
      minThreads: 1,
      maxThreads: 1,
      idleTimeout: Number.POSITIVE_INFINITY,
      stricterFIFO: true,
      concurrentTasksPerWorker: 1,
      recordTiming: false,
    });
    this.pool.on('error', (cause: unknown) => this.die(cause));
    this.pool.on('workerDestroy', () => {
      this.exited = !this.closing;
      // Why it ended is told behind this: to the task that was under way, or as an error.
      setImmediate(() => this.die('its thread exited'));
    });
  }

  async run(task: SlotTask): Promise<unknown> {
    if (this.exited) {
      await nextTurn();
      throw this.die('its thread exited');
    }
    const envelope: SlotEnvelope = { slot: this.slot, sequence: this.sequence, task };
    this.sequence += 1;
    const running = this.pool.run(envelope, { transferList: transferred(task) });
    this.last = running.then(nothing, nothing);
    void this.last.then(() => {
      this.answered += 1;
    });
    const answer: unknown = await running.catch((error: unknown) => {
      throw this.exited ? this.die(error) : error;
    });
    if (!isFailure(answer)) return answer;
    this.failure ??= new FatalError(answer.failed.exitCode as ExitCode, answer.failed.message);
    throw this.failure;
  }

  get activity(): SlotActivity {
    return { queued: this.sequence - this.answered, answered: this.answered, busyMs: this.busy.busyMs };
  }

  async destroy(): Promise<void> {
    this.closing = true;
    await this.pool.destroy();
  }

  /** The thread is gone, and what it was told to write with it. The first cause is the one that counts. */
  private die(cause: unknown): FatalError {
    const death = internal(`worker ${this.slot} ended by itself (${messageOf(cause)}); its seat maps are gone`, cause);
    if (this.closing || this.death !== undefined) return this.death ?? death;
    this.death = death;
    this.onDeath(death);
    return death;
  }
}

const nothing = (): void => undefined;

const isFailure = (answer: unknown): answer is SlotFailure =>
  typeof answer === 'object' && answer !== null && 'failed' in answer;

export type OnAnswered = (kind: SlotTaskKind, latencyMs: number) => void;

export class PiscinaSlots implements Slots {
  readonly count: number;
  private readonly pools: SlotPool[];

  /** @param onAnswered is told how long each task took, from the moment it was given, its turn included */
  constructor(
    settings: readonly SlotSettings[],
    onDeath: (error: FatalError) => void,
    private readonly onAnswered: OnAnswered = () => undefined,
  ) {
    this.count = settings.length;
    this.pools = settings.map((one, slot) => {
      assert(one.slot === slot, 'slots are numbered from 0');
      return new SlotPool(slot, one, onDeath);
    });
  }

  slotOf(partition: number): number {
    return partition % this.count;
  }

  async run<Kind extends SlotTaskKind>(slot: number, task: TaskOf<Kind>): Promise<SlotAnswer[Kind]> {
    const pool = this.pools[slot];
    assert(pool !== undefined, `slot ${slot} exists`);
    const givenMs = performance.now();
    const answer = (await pool.run(task as SlotTask)) as SlotAnswer[Kind];
    this.onAnswered(task.kind, performance.now() - givenMs);
    return answer;
  }

  /** How each worker is doing. */
  get activity(): readonly SlotActivity[] {
    return this.pools.map((pool) => pool.activity);
  }

  async idle(): Promise<void> {
    await Promise.all(this.pools.map((pool) => pool.last));
  }

  async destroy(): Promise<void> {
    await Promise.all(this.pools.map((pool) => pool.destroy()));
  }
}
