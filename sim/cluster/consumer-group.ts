import { KafkaFailure } from '../client/kafka-failure.js';
import { type Group, type MemberIdentity, range } from './group.js';

/** A heartbeat: what the member has; epoch 0 joins. */
export type Heartbeat = { readonly memberId: string; readonly epoch: number; readonly owned: ReadonlySet<number> };

/** What the coordinator answers: fenced, or the member's epoch and what it may have. */
export type HeartbeatAnswer = { readonly epoch: number; readonly assigned: ReadonlySet<number> } | 'fenced';

type Member = {
  epoch: number;
  /** What it may have, and what it was asked to give back and has not yet. */
  assigned: Set<number>;
  revoking: Set<number>;
};

/**
 * The group coordinator with KIP-848: each member is brought to its share by its own heartbeats, gives back what it has
 * to before it gets the new epoch, and is given what others have given back.
 */
export class ConsumerGroup implements Group {
  private epoch = 0;
  private readonly members = new Map<string, Member>();
  private shares = new Map<string, number[]>();

  constructor(private readonly partitions: number) {}

  heartbeat({ memberId, epoch, owned }: Heartbeat): HeartbeatAnswer {
    if (epoch === 0) this.join(memberId);
    const member = this.members.get(memberId);
    if (member === undefined || epoch > member.epoch) return 'fenced';
    for (const partition of member.revoking) if (!owned.has(partition)) member.revoking.delete(partition);
    if (member.revoking.size === 0) this.reconcile(memberId, member);
    return { epoch: member.epoch, assigned: new Set(member.assigned) };
  }

  validate({ memberId, generation }: MemberIdentity, isTransactional: boolean): void {
    if (isTransactional && memberId === '' && generation < 0) return;
    const member = this.members.get(memberId);
    if (member === undefined) throw KafkaFailure.unknownMember();
    if (generation === member.epoch) return;
    throw isTransactional ? KafkaFailure.illegalGeneration() : KafkaFailure.staleEpoch();
  }

  remove(memberId: string): void {
    if (this.members.delete(memberId)) this.rebalance();
  }

  rebalance(): void {
    this.epoch += 1;
    this.shares = range(this.partitions, [...this.members.keys()]);
  }

  private join(memberId: string): void {
    this.members.set(memberId, { epoch: 0, assigned: new Set(), revoking: new Set() });
    this.rebalance();
  }

  private reconcile(memberId: string, member: Member): void {
    const share = new Set(this.shares.get(memberId));
    const surplus = [...member.assigned].filter((partition) => !share.has(partition));
    if (surplus.length > 0) {
      member.revoking = new Set(surplus);
      member.assigned = new Set([...member.assigned].filter((partition) => share.has(partition)));
      return;
    }
    member.epoch = this.epoch;
    for (const partition of share) if (this.isFree(partition, member)) member.assigned.add(partition);
  }

  private isFree(partition: number, taker: Member): boolean {
    return [...this.members.values()].every(
      (other) => other === taker || !(other.assigned.has(partition) || other.revoking.has(partition)),
    );
  }
}
