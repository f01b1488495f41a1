import { InputTopic, inputTopics } from '../../src/frames.js';
import type { Positions } from '../../src/pipeline/positions.js';
import type { Random } from '../../test/support/random.js';
import type { Cluster } from '../cluster/cluster.js';
import type { LoggedRecord, PartitionLog } from '../cluster/partition-log.js';
import { type Outcome, Transaction } from '../cluster/transaction.js';
import type { Schedule } from '../schedule.js';
import { type Command, Commands } from './commands.js';

export type WriterOptions = {
  readonly schedule: Schedule;
  readonly cluster: Cluster;
  readonly random: Random;
  readonly partition: number;
  /** Whether the producers of the inputs use transactions. */
  readonly isTransactional: boolean;
};

/**
 * Produces the inputs of one partition. First a backlog, whose record timestamps rise, tie and fall, so that the order
 * of the two topics is decided by them. Later records come in bursts of one topic, with later timestamps, and only once
 * everything before them is committed: so one order alone is right, however the daemon's reading is delayed.
 */
export class Writer {
  private readonly commands: Commands;
  private timestampMs = 1_000;
  private latestMs = 1_000;
  private transactions = 0;
  /** The offsets behind the last record that is or will be committed, by topic. */
  private readonly ends = new Map<InputTopic, number>();

  constructor(private readonly options: WriterOptions) {
    this.commands = new Commands(options.random, options.partition);
  }

  /** The positions of who has read everything, what is not committed yet included. */
  get end(): Positions {
    return { init: this.ends.get(InputTopic.init) ?? 0, requests: this.ends.get(InputTopic.requests) ?? 0 };
  }

  backlog(records: number): void {
    const { random, isTransactional } = this.options;
    const commands = Array.from({ length: records }, () => this.commands.any());
    for (const command of commands) {
      this.timestampMs += random.whole(-2, 4);
      this.latestMs = Math.max(this.latestMs, this.timestampMs);
      if (isTransactional && random.next() < 0.3) this.transaction([command], 'committed', 0);
      else this.single(command, this.timestampMs);
      if (isTransactional && random.next() < 0.15) this.decoy(0);
    }
    if (isTransactional && random.next() < 0.5) this.decoy(random.whole(5, 3_000));
  }

  burst(): void {
    const { random, isTransactional } = this.options;
    const isInits = random.next() < 0.3;
    const length = random.whole(1, isInits ? 2 : 8);
    this.append(
      Array.from({ length }, () => (isInits ? this.commands.initOrRemoval() : this.commands.request())),
      isTransactional && random.next() < 0.6 ? random.whole(1, 400) : undefined,
    );
  }

  /** Requests that tell what the daemon believes to be left. */
  probe(): void {
    this.append(this.commands.probes(), undefined);
  }

  private append(commands: readonly Command[], openMs: number | undefined): void {
    this.timestampMs = this.latestMs;
    if (openMs !== undefined) this.transaction(commands, 'committed', openMs);
    else for (const command of commands) this.single(command, this.nextMs());
  }

  /** Records that will be aborted: they and their marker take offsets, and hold up what comes after them until then. */
  private decoy(openMs: number): void {
    const topic = this.options.random.pick(inputTopics);
    this.transaction([this.commands.decoy(topic)], 'aborted', openMs);
  }

  private single(command: Command, timestampMs: number): void {
    this.note(command, this.log(command).append({ ...command.record, timestampMs }));
  }

  private transaction(commands: readonly Command[], outcome: Outcome, openMs: number): void {
    this.transactions += 1;
    const transaction = new Transaction(`input ${this.options.partition}#${this.transactions}`);
    for (const command of commands) {
      const timestampMs = openMs > 0 ? this.nextMs() : this.timestampMs;
      const appended = transaction.append(this.log(command), { ...command.record, timestampMs });
      if (outcome === 'committed') this.note(command, appended);
    }
    transaction.outcome = outcome;
    const end = (): void => {
      for (const log of transaction.logs) log.end(transaction, outcome);
    };
    if (openMs === 0) end();
    else this.options.schedule.after(openMs, end);
  }

  private note({ topic }: Command, { offset }: LoggedRecord): void {
    this.ends.set(topic, offset + 1);
  }

  private nextMs(): number {
    this.timestampMs += 1 + this.options.random.whole(0, 2);
    this.latestMs = Math.max(this.latestMs, this.timestampMs);
    return this.timestampMs;
  }

  private log({ topic }: Command): PartitionLog {
    return this.options.cluster.input(topic, this.options.partition);
  }
}
