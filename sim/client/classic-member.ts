import type { ClassicClient, ClassicGroup } from '../cluster/classic-group.js';
import { type MemberIdentity, nobody } from '../cluster/group.js';
import { Membership, type MembershipOptions } from './membership.js';

/** A member with the classic protocol, eager: everything is given back, and then everything is given. */
export class ClassicMember extends Membership implements ClassicClient {
  identity = nobody;
  memberId = '';
  isLost = false;
  private state: 'out' | 'joining' | 'assigning' | 'steady' | 'revoking' = 'out';
  private assigned: readonly number[] = [];
  /** JoinGroups so far; the answers to all but the last are out of date. */
  private joins = 0;

  constructor(
    options: MembershipOptions,
    private readonly group: ClassicGroup,
  ) {
    super(options);
  }

  get isHeldBack(): boolean {
    return this.state === 'revoking';
  }

  join(): void {
    this.state = 'joining';
    this.joins += 1;
    const { joins } = this;
    const { schedule, latencies } = this.options;
    schedule.after(latencies.network(), () => {
      if (!this.owner.isGone && joins === this.joins) this.memberId = this.group.join(this, this.memberId);
    });
  }

  leave(): void {
    this.state = 'out';
    const { schedule, latencies } = this.options;
    schedule.after(latencies.network(), () => this.group.remove(this.memberId));
  }

  currentIdentity(captured: MemberIdentity): MemberIdentity {
    return captured;
  }

  onChange(): void {
    const { schedule, latencies } = this.options;
    schedule.after(latencies.heartbeat(), () => this.heartbeat(), this.owner);
  }

  onJoined(identity: MemberIdentity, partitions: readonly number[]): void {
    if (this.state !== 'joining' || identity.memberId !== this.memberId) return;
    const { schedule, latencies } = this.options;
    const { joins } = this;
    schedule.after(latencies.network(), () => {
      const answer = this.group.heartbeat(identity);
      const synced = (): void => {
        if (this.state === 'joining' && joins === this.joins) this.synced(answer, identity, partitions);
      };
      schedule.after(latencies.network(), synced, this.owner);
    });
  }

  accepts(): boolean {
    return true;
  }

  /** What was missed meanwhile comes with the next heartbeat. */
  assignCalled(): void {
    if (this.state !== 'assigning') return;
    this.state = 'steady';
    this.onChange();
  }

  unassignCalled(): void {
    this.isLost = false;
    if (this.state === 'revoking') this.join();
  }

  private synced(
    answer: ReturnType<ClassicGroup['heartbeat']>,
    identity: MemberIdentity,
    partitions: readonly number[],
  ): void {
    if (answer !== 'fine') {
      if (answer === 'unknown') this.forget();
      this.join();
      return;
    }
    this.identity = identity;
    this.state = 'assigning';
    this.assigned = partitions;
    this.tell('assign', partitions);
  }

  private heartbeat(): void {
    if (this.state === 'out') return;
    if (this.state === 'joining') {
      if (this.memberId === '' || this.group.has(this.memberId)) return;
      this.forget();
      this.join();
      return;
    }
    const answer = this.group.heartbeat(this.identity);
    if (answer === 'unknown') this.forget();
    if (answer === 'fine' || this.state !== 'steady') return;
    this.state = 'revoking';
    this.isLost = answer === 'unknown';
    this.tell(this.isLost ? 'lost' : 'revoke', this.assigned);
  }

  private forget(): void {
    this.identity = nobody;
    this.memberId = '';
  }
}
