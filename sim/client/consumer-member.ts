import type { ConsumerGroup, HeartbeatAnswer } from '../cluster/consumer-group.js';
import type { MemberIdentity } from '../cluster/group.js';
import { Membership, type MembershipOptions } from './membership.js';

const sorted = (partitions: Iterable<number>): number[] => [...partitions].sort((a, b) => a - b);

/** A member with KIP-848: partitions come and go beside those that stay. */
export class ConsumerMember extends Membership {
  readonly memberId: string;
  isLost = false;
  private epoch = 0;
  private isIn = false;
  private isFenced = false;
  private readonly owned = new Set<number>();
  /** Of what is owned, what the application was asked to give back. */
  private leaving: readonly number[] = [];
  /** What the application was told of and has not answered. */
  private asked: 'assign' | 'revoke' | undefined;

  constructor(
    options: MembershipOptions,
    private readonly group: ConsumerGroup,
  ) {
    super(options);
    this.memberId = `${options.name}-member`;
  }

  get identity(): MemberIdentity {
    return { memberId: this.memberId, generation: this.epoch };
  }

  get isHeldBack(): boolean {
    return this.asked !== undefined;
  }

  join(): void {
    this.isIn = true;
    this.heartbeat();
  }

  leave(): void {
    this.isIn = false;
    const { schedule, latencies } = this.options;
    schedule.after(latencies.network(), () => this.group.remove(this.memberId));
  }

  /** The epoch of now: every change of the group raises it, also for who keeps what it has. */
  currentIdentity(captured: MemberIdentity): MemberIdentity {
    const { identity } = this;
    return identity.generation > captured.generation ? identity : captured;
  }

  /** Is answered at once, with nothing: they are assigned when they are ready. */
  accepts(partitions: readonly number[]): boolean {
    this.asked = undefined;
    this.rejoinIfFenced();
    return partitions.length > 0;
  }

  assignCalled(): void {}

  unassignCalled(): void {
    if (this.asked !== 'revoke') return;
    this.asked = undefined;
    this.isLost = false;
    for (const partition of this.leaving) this.owned.delete(partition);
    this.leaving = [];
    if (this.isFenced) this.rejoinIfFenced();
    else this.ask('assign', []);
  }

  /** One after the other, for as long as it is in. */
  private heartbeat(): void {
    const { schedule, latencies } = this.options;
    if (!this.isIn || this.owner.isGone) return;
    const { memberId, epoch } = this;
    const owned = new Set(this.owned);
    schedule.after(latencies.network(), () => {
      if (this.owner.isGone) return;
      const answer = this.group.heartbeat({ memberId, epoch, owned });
      schedule.after(latencies.network(), () => this.answered(answer), this.owner);
    });
  }

  private answered(answer: HeartbeatAnswer): void {
    const { schedule, latencies } = this.options;
    if (!this.isIn) return;
    if (answer === 'fenced') {
      this.isFenced = true;
      this.rejoinIfFenced();
      return;
    }
    this.epoch = answer.epoch;
    if (this.asked === undefined) this.follow(answer.assigned);
    schedule.after(latencies.heartbeat(), () => this.heartbeat(), this.owner);
  }

  /** What has to go goes first; what comes is told once that is done. */
  private follow(assigned: ReadonlySet<number>): void {
    const gone = sorted(this.owned).filter((partition) => !assigned.has(partition));
    const come = sorted(assigned).filter((partition) => !this.owned.has(partition));
    if (gone.length > 0) this.ask('revoke', gone);
    else if (come.length > 0) this.ask('assign', come);
  }

  private ask(kind: 'assign' | 'revoke', partitions: readonly number[]): void {
    this.asked = kind;
    this.tell(kind, partitions);
    if (kind === 'revoke') this.leaving = partitions;
    else for (const partition of partitions) this.owned.add(partition);
  }

  /** Everything is lost; the application gives it up, and the member joins anew. */
  private rejoinIfFenced(): void {
    if (!this.isFenced || this.asked !== undefined) return;
    this.epoch = 0;
    if (this.owned.size > 0) {
      this.isLost = true;
      this.asked = 'revoke';
      this.tell('lost', sorted(this.owned));
      this.owned.clear();
      return;
    }
    this.isFenced = false;
    this.heartbeat();
  }
}
