import { KafkaFailure } from '../client/kafka-failure.js';
import type { Latencies } from '../latencies.js';
import type { Owner, Schedule } from '../schedule.js';
import { type Group, type MemberIdentity, range } from './group.js';

/** A member's client, as the coordinator's answers reach it. */
export interface ClassicClient {
  readonly owner: Owner;
  readonly name: string;
  /** Something changed: the next heartbeat tells what. */
  onChange(): void;
  /** The answer to JoinGroup; the share comes with SyncGroup. */
  onJoined(identity: MemberIdentity, partitions: readonly number[]): void;
}

type Member = { readonly id: string; readonly client: ClassicClient; hasJoined: boolean };

export type ClassicGroupOptions = {
  readonly schedule: Schedule;
  readonly latencies: Latencies;
  readonly partitions: number;
  readonly rebalanceTimeoutMs: number;
};

/** The group coordinator with the classic protocol, eager: all members give everything back for a rebalance. */
export class ClassicGroup implements Group {
  private generation = 0;
  private isRebalancing = false;
  private rebalances = 0;
  private joins = 0;
  private readonly members = new Map<string, Member>();

  constructor(private readonly options: ClassicGroupOptions) {}

  /** JoinGroup, of a newcomer or of a member that gave its partitions back; returns the member's id. */
  join(client: ClassicClient, memberId: string): string {
    this.joins += 1;
    const known = this.members.get(memberId);
    const member = known ?? { id: `${client.name}-${this.joins}`, client, hasJoined: false };
    this.members.set(member.id, member);
    if (!this.isRebalancing) this.rebalance();
    member.hasJoined = true;
    this.completeSoon();
    return member.id;
  }

  remove(memberId: string): void {
    const member = this.members.get(memberId);
    if (member === undefined) return;
    this.members.delete(memberId);
    member.client.onChange();
    if (!this.isRebalancing) this.rebalance();
    else this.completeSoon();
  }

  has(memberId: string): boolean {
    return this.members.has(memberId);
  }

  rebalance(): void {
    this.isRebalancing = true;
    this.rebalances += 1;
    const { rebalances } = this;
    for (const member of this.members.values()) {
      member.hasJoined = false;
      member.client.onChange();
    }
    this.options.schedule.after(this.options.rebalanceTimeoutMs, () => {
      if (this.isRebalancing && this.rebalances === rebalances) this.removeThoseMissing();
    });
  }

  /** What Heartbeat and SyncGroup are answered with. */
  heartbeat({ memberId, generation }: MemberIdentity): 'fine' | 'rebalancing' | 'unknown' {
    const member = this.members.get(memberId);
    if (member === undefined || (generation !== this.generation && !this.isRebalancing)) return 'unknown';
    return this.isRebalancing && !member.hasJoined ? 'rebalancing' : 'fine';
  }

  validate({ memberId, generation }: MemberIdentity, isTransactional: boolean): void {
    if (isTransactional && memberId === '' && generation < 0) return;
    if (!this.members.has(memberId)) throw KafkaFailure.unknownMember();
    if (generation !== this.generation) throw KafkaFailure.illegalGeneration();
  }

  private removeThoseMissing(): void {
    for (const { id, hasJoined, client } of this.members.values()) {
      if (hasJoined) continue;
      this.members.delete(id);
      client.onChange();
    }
    this.completeSoon();
  }

  private completeSoon(): void {
    const { schedule, latencies } = this.options;
    const { rebalances } = this;
    schedule.after(latencies.network(), () => {
      const isLatest = this.isRebalancing && this.rebalances === rebalances;
      if (isLatest && [...this.members.values()].every(({ hasJoined }) => hasJoined)) this.complete();
    });
  }

  private complete(): void {
    const { schedule, latencies, partitions } = this.options;
    this.isRebalancing = false;
    this.generation += 1;
    const { generation } = this;
    for (const [memberId, share] of range(partitions, [...this.members.keys()])) {
      const client = this.members.get(memberId)?.client;
      schedule.after(latencies.network(), () => client?.onJoined({ memberId, generation }, share), client?.owner);
    }
  }
}
