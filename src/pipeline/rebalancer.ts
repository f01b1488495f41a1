import { FatalError, internal, messageOf, needsPerson } from '../errors.js';
import { inputTopics } from '../frames.js';
import type { GroupMetadata, Input, InputPartition, Rebalance } from '../kafka/input.js';
import type { Log } from '../log.js';
import type { Metrics } from '../metrics/metrics.js';
import type { ReadyPartition, Restorer } from '../restore/restorer.js';
import { onEachSlot, type Slots } from '../slots/slots.js';
import type { Standby } from '../standby/standby.js';
import { Assignment } from './assignment.js';
import type { InFlight } from './in-flight.js';
import { Interlude } from './interlude.js';
import { Ownership } from './ownership.js';
import { Restoring } from './restoring.js';

export const bothTopics = (partition: number): InputPartition[] => inputTopics.map((topic) => ({ topic, partition }));

export type RebalancerOptions = {
  readonly input: Input;
  readonly inFlight: InFlight;
  readonly slots: Slots;
  readonly restorer: Restorer;
  readonly standby: Standby | undefined;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly inputPartitions: number;
  /** Partitions are read from now on. */
  readonly onBegun: (partitions: readonly number[]) => void;
  /** The assignment is lost: what is in flight is given up. */
  readonly onLost: () => void;
  readonly onFatal: (error: FatalError) => void;
  /** Something waits for the loop. */
  readonly onWaiting: () => void;
};

/**
 * Carries out what the group says. It does so beside the loop, which goes on with the partitions that stay: partitions
 * that come are restored first, those that go are drained, committed and persisted first. Under the classic protocol
 * all go, and then all come; it is the same.
 */
export class Rebalancer {
  private current: Assignment | undefined;
  private readonly owned = new Ownership();
  /** Given and not ready yet. They are restored one after the other: there is one reader of the changelog. */
  private readonly restoring = new Set<Restoring>();
  private lastRestored: Promise<void> = Promise.resolve();
  private lastRevoked: Promise<void> = Promise.resolve();
  private isRevoking = false;
  private drained = false;
  private readonly interlude: Interlude;

  constructor(private readonly options: RebalancerOptions) {
    this.interlude = new Interlude(options.onWaiting);
  }

  /** The partitions that are processed; undefined while there are none. */
  get assignment(): Assignment | undefined {
    return this.current;
  }

  /** Whether partitions come or go at the moment. */
  get isBusy(): boolean {
    return this.isRevoking || this.restoring.size > 0;
  }

  /** An assignment of nothing is not restored. */
  get isRestoring(): boolean {
    return [...this.restoring].some(({ wanted }) => wanted.length > 0);
  }

  /** Partitions that were given to this instance and are not ready yet. */
  get restoringPartitions(): number[] {
    return [...this.restoring].flatMap(({ wanted }) => wanted);
  }

  get isDrained(): boolean {
    return this.drained;
  }

  /** Begins what the group asked for meanwhile. What comes behind partitions that go waits until they are gone. */
  begin(): void {
    while (!this.isRevoking) {
      const rebalance = this.options.input.nextRebalance();
      if (rebalance === undefined) return;
      this.options.metrics.rebalancesTotal += 1;
      // The client fetched nothing while the rebalance was on its way, and tells each end again.
      this.current?.forgetEnds();
      if (rebalance.kind === 'assign') this.assign(rebalance.partitions);
      else this.revoke(rebalance.kind, rebalance.partitions);
    }
  }

  /** Between two consumes: does what must not overlap one. */
  carryOn(): void {
    this.interlude.take();
  }

  /** Gives everything back, as if the group had asked for it; then it `isDrained`. Nothing may be begun any more. */
  drain(): void {
    const everything = new Set(this.owned.complete);
    this.current?.revoke(everything);
    for (const restoring of this.restoring) void restoring.drop(everything);
    const giveBack = (): Promise<void> => this.giveBack(everything, 'drain');
    this.lastRevoked = this.goOn(this.isRevoking ? this.lastRevoked.then(giveBack) : giveBack());
  }

  private assign(partitions: readonly InputPartition[]): void {
    const { log } = this.options;
    this.assertPartitionCount(partitions);
    const { paired, unpaired } = this.owned.give(partitions);
    log.info('assigned', { partitions: paired });
    if (unpaired.length > 0)
      log.warn(
        'partitionUnpaired',
        { unpaired },
        'partitions whose other topic is not assigned with them are not read',
      );
    const restoring = new Restoring(paired);
    this.restoring.add(restoring);
    this.lastRestored = this.goOn(this.restore(restoring, this.lastRestored));
  }

  private async restore(restoring: Restoring, before: Promise<void>): Promise<void> {
    const { input, restorer, standby } = this.options;
    await before;
    while (!restoring.isOver) {
      const partitions = restoring.begin();
      const startedMs = performance.now();
      const group = await input.groupMetadata();
      standby?.release(partitions);
      const ready = await restorer.restore(partitions, () => restoring.isCancelled);
      const isTaken = await this.interlude.run(() => {
        if (restoring.isCancelled) return false;
        // In vain: another instance has them. A classic client tells so only once it has an answer to what it gave.
        if (ready === undefined) input.assign(new Map());
        if (ready === undefined) return false;
        this.take(ready, group, Math.round(performance.now() - startedMs));
        return true;
      });
      if (!isTaken) await this.closeStores(partitions);
      restoring.end(isTaken);
    }
    this.restoring.delete(restoring);
  }

  /** Restored partitions are read from now on. */
  private take(ready: readonly ReadyPartition[], group: GroupMetadata, restoreMs: number): void {
    const { input, log } = this.options;
    if (this.current === undefined) this.current = new Assignment(ready, group);
    else {
      this.current.include(ready);
      this.current.group = group;
    }
    input.assign(new Map(ready.map(({ partition, start }) => [partition, start])));
    this.options.onBegun(ready.map(({ partition }) => partition));
    log.info('ready', { partitions: ready.length, restoreMs });
  }

  private revoke(kind: 'revoke' | 'lost', partitions: Rebalance['partitions']): void {
    const isLost = kind === 'lost';
    const numbers = isLost ? this.owned.takeAll() : this.owned.take(partitions);
    this.options.log.info(isLost ? 'lost' : 'revoked', { partitions: numbers });
    if (isLost) this.options.onLost();
    this.lastRevoked = this.goOn(this.giveBack(new Set(numbers), kind));
  }

  /** In order: what is in flight is committed and persisted first. A lost assignment has nothing to commit any more. */
  private async giveBack(partitions: ReadonlySet<number>, why: 'revoke' | 'lost' | 'drain'): Promise<void> {
    const { input, inFlight } = this.options;
    this.isRevoking = true;
    const assigned = this.current?.revoke(partitions) ?? [];
    input.pause(assigned.flatMap(bothTopics));
    const cancelled = [...this.restoring].map((restoring) => restoring.drop(partitions));
    await Promise.all([inFlight.settledOf(assigned), ...cancelled]);
    if (why !== 'lost') await input.commitsAnswered();
    // An abort among what was in flight is carried out before the loop lets this go on. It does not seek these.
    await this.interlude.run(() => undefined);
    await this.closeStores(assigned);
    await this.interlude.run(() => {
      this.current?.remove(assigned);
      if (this.current?.partitions.size === 0) this.current = undefined;
      input.unassign(assigned);
      this.isRevoking = false;
      this.drained = why === 'drain';
    });
  }

  private async closeStores(partitions: readonly number[]): Promise<void> {
    const { slots, standby } = this.options;
    await onEachSlot(slots, partitions, (slot, owned) => slots.run(slot, { kind: 'close', partitions: owned }));
    standby?.follow(partitions);
  }

  /** The changelog and the answers' places were laid out for the number of partitions that was there at the start. */
  private assertPartitionCount(partitions: Rebalance['partitions']): void {
    const { inputPartitions } = this.options;
    const beyond = partitions.find(({ partition }) => partition >= inputPartitions);
    if (beyond === undefined) return;
    throw needsPerson(
      `an input has partition ${beyond.partition}, but it had ${inputPartitions} partitions at the start: keys moved to other partitions, away from their sections. Partitions of the inputs and the changelog must not be added while sections are on sale`,
    );
  }

  /** Work beside the loop: its failure ends the process, and its end is noticed. */
  private async goOn(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      const { onFatal } = this.options;
      onFatal(error instanceof FatalError ? error : internal(`a rebalance failed: ${messageOf(error)}`, error));
    }
    this.options.onWaiting();
  }
}
