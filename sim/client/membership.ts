import type { Rebalance } from '../../src/kafka/input.js';
import type { MemberIdentity } from '../cluster/group.js';
import type { Latencies } from '../latencies.js';
import type { Owner, Schedule } from '../schedule.js';

export type MembershipOptions = {
  readonly name: string;
  readonly owner: Owner;
  readonly schedule: Schedule;
  readonly latencies: Latencies;
  /** Called by the next consume. */
  readonly onRebalance: (kind: Rebalance['kind'], partitions: readonly number[]) => void;
};

/**
 * A consumer's membership, as librdkafka keeps it: it heartbeats by itself, but tells the application only from within
 * a consume, and nothing further until the application has answered.
 */
export abstract class Membership {
  readonly name: string;
  readonly owner: Owner;
  /** Whether nothing is fetched: a rebalance is on its way to the application, or waits for its answer. */
  abstract readonly isHeldBack: boolean;
  /** Whether the group gave the partitions to others, and the application has not given them up yet. */
  abstract readonly isLost: boolean;
  /** The id that the coordinator knows this member by. */
  abstract readonly memberId: string;
  /** What is sent with offsets of the moment. */
  abstract readonly identity: MemberIdentity;
  private readonly callbacks: (() => void)[] = [];

  constructor(protected readonly options: MembershipOptions) {
    this.name = options.name;
    this.owner = options.owner;
  }

  abstract join(): void;
  abstract leave(): void;
  /** What a transaction carries of partitions assigned under `captured`. */
  abstract currentIdentity(captured: MemberIdentity): MemberIdentity;
  /** The application was told of new partitions. @returns whether it will assign them */
  abstract accepts(partitions: readonly number[]): boolean;
  abstract assignCalled(): void;
  abstract unassignCalled(): void;

  /** Runs a callback within the next consume. */
  later(callback: () => void): void {
    this.callbacks.push(callback);
  }

  /** Runs the callbacks that wait; returns whether there were any. */
  serve(): boolean {
    const waiting = this.callbacks.splice(0);
    for (const callback of waiting) callback();
    return waiting.length > 0;
  }

  protected tell(kind: Rebalance['kind'], partitions: readonly number[]): void {
    this.later(() => this.options.onRebalance(kind, partitions));
  }
}
