import type Kafka from 'node-rdkafka';
import { assert, type FatalError } from '../../src/errors.js';
import { InputTopic, inputTopics } from '../../src/frames.js';
import { consumeFailure } from '../../src/kafka/failure.js';
import type { CommittedOffsets, GroupMetadata, Input, InputPartition, Rebalance } from '../../src/kafka/input.js';
import { OffsetCommits } from '../../src/kafka/offset-commits.js';
import { type Consumed, RunPacker } from '../../src/kafka/runs.js';
import { type Positions, positionOf } from '../../src/pipeline/positions.js';
import type { Random } from '../../test/support/random.js';
import type { Conduct } from '../check/conduct.js';
import { type Cluster, inputTopicName, topicNames } from '../cluster/cluster.js';
import type { GroupProtocol } from '../cluster/group.js';
import type { Calls } from './calls.js';
import type { Fetcher } from './fetcher.js';
import { decodeIdentity, metadataOf } from './identity.js';
import { later } from './later.js';
import type { Membership } from './membership.js';

export type SimInputOptions = {
  readonly cluster: Cluster;
  readonly calls: Calls;
  readonly member: Membership;
  readonly protocol: GroupProtocol;
  readonly fetcher: Fetcher;
  readonly conduct: Conduct;
  readonly random: Random;
  readonly nowMs: () => number;
  readonly onFatal: (error: FatalError) => void;
};

/** The consumer of the inputs, as librdkafka's behaves. */
export class SimInput implements Input {
  private readonly rebalances: Rebalance[] = [];
  private readonly commits: OffsetCommits;
  private consuming = false;

  constructor(private readonly options: SimInputOptions) {
    this.commits = new OffsetCommits(this.offsetCommitter(), options.onFatal);
  }

  /** The group's callback, within a consume. */
  addRebalance(kind: Rebalance['kind'], partitions: readonly number[]): void {
    const { member, fetcher, protocol } = this.options;
    if (protocol === 'consumer') fetcher.tellEndsAgain();
    if (kind === 'assign' && !member.accepts(partitions)) return;
    if (kind === 'assign') this.commits.begin();
    if (kind === 'lost') this.commits.lose();
    const both = partitions.flatMap((partition) => inputTopics.map((topic) => ({ topic, partition })));
    this.rebalances.push({ kind, partitions: both });
  }

  async consume(limit: number, waitMs: number): Promise<Consumed> {
    assert(!this.consuming, 'one consume is outstanding at a time');
    this.consuming = true;
    const { calls, nowMs } = this.options;
    const untilMs = nowMs() + waitMs;
    try {
      return await calls.local('consume', () => this.take(limit) ?? (nowMs() < untilMs ? later : nothing));
    } catch (error) {
      const failure = consumeFailure(error, undefined);
      if (failure !== undefined) throw failure;
      return nothing;
    } finally {
      this.consuming = false;
    }
  }

  nextRebalance(): Rebalance | undefined {
    return this.rebalances.shift();
  }

  async groupMetadata(): Promise<GroupMetadata> {
    const { calls, member } = this.options;
    return calls.local('groupMetadata', () => metadataOf(member.identity));
  }

  async currentMetadata(captured: GroupMetadata): Promise<GroupMetadata> {
    if (captured.bytes === undefined || this.options.protocol === 'classic') return captured;
    const { calls, member } = this.options;
    const identity = decodeIdentity(captured.bytes);
    return calls.local('groupMetadata', () => {
      const current = member.currentIdentity(identity);
      return current === identity ? captured : metadataOf(current);
    });
  }

  async generationAfter({ bytes }: GroupMetadata): Promise<void> {
    if (bytes === undefined) return;
    const { calls, member, nowMs } = this.options;
    const identity = decodeIdentity(bytes);
    const untilMs = nowMs() + generationTimeoutMs;
    await calls.local('generation', () => {
      const hasMoved = this.rebalances.length > 0 || member.currentIdentity(identity) !== identity;
      return hasMoved || nowMs() > untilMs ? undefined : later;
    });
  }

  committed(partitions: readonly number[], isCancelled: () => boolean): Promise<ReadonlyMap<number, CommittedOffsets>> {
    const { offsets } = this.options.cluster;
    return this.options.calls.request('committed', () => {
      if (isCancelled()) return new Map();
      if (!offsets.isStable(partitions)) return later;
      return new Map(partitions.map((partition) => [partition, offsets.get(partition) ?? {}]));
    });
  }

  assign(starts: ReadonlyMap<number, Positions>): void {
    const { fetcher, member, protocol } = this.options;
    if (protocol === 'consumer' && member.isLost) return;
    if (protocol === 'classic') fetcher.unassignAll();
    fetcher.assign(starts);
    member.assignCalled();
  }

  unassign(partitions: readonly number[]): void {
    const { fetcher, member, conduct, protocol } = this.options;
    conduct.unassigns(partitions);
    if (protocol === 'classic') fetcher.unassignAll();
    else fetcher.unassign(partitions);
    fetcher.tellEndsAgain();
    member.unassignCalled();
  }

  async seek(positions: ReadonlyMap<number, Positions>): Promise<void> {
    const { calls, fetcher, conduct } = this.options;
    conduct.require(!this.consuming, 'no consume is outstanding while the client seeks');
    await calls.local('seek', () => fetcher.seek(positions));
  }

  pause(partitions: readonly InputPartition[]): void {
    this.options.fetcher.setPaused(partitions, true);
  }

  resume(partitions: readonly InputPartition[]): void {
    this.options.fetcher.setPaused(partitions, false);
  }

  commit(positions: ReadonlyMap<number, Positions>): void {
    this.commits.add(
      [...positions].flatMap(([partition, one]) =>
        inputTopics.map((topic) => ({ topic: inputTopicName(topic), partition, offset: positionOf(one, topic) })),
      ),
    );
  }

  commitsAnswered(): Promise<void> {
    return this.commits.answered();
  }

  async close(): Promise<void> {
    this.options.member.leave();
  }

  /** What has come, undefined when nothing has. A rebalance stops the records, but not those that were taken before it. */
  private take(limit: number): Consumed | undefined {
    const { member, fetcher, random } = this.options;
    const packer = new RunPacker();
    const isServedFirst = random.next() < 0.5;
    let isServed = isServedFirst && member.serve();
    if (!member.isHeldBack) fetcher.take(limit, packer);
    if (!isServedFirst) isServed = member.serve();
    const consumed = packer.take();
    return isServed || consumed.events.length > 0 ? consumed : undefined;
  }

  /** As much of node-rdkafka's consumer as committing offsets takes: the answer comes with a later consume. */
  private offsetCommitter(): Kafka.KafkaConsumer {
    let answer: (error: unknown) => void = () => undefined;
    const { member } = this.options;
    const told = (error: unknown): void => member.later(() => answer(error));
    const committer = {
      on: (_event: string, listener: (error: unknown) => void) => {
        answer = listener;
      },
      commit: (offsets: readonly Kafka.TopicPartitionOffset[]) => {
        this.commitOffsets(offsets).then(() => told(undefined), told);
      },
    };
    return committer as unknown as Kafka.KafkaConsumer;
  }

  private commitOffsets(offsets: readonly Kafka.TopicPartitionOffset[]): Promise<void> {
    const { cluster, calls, member, conduct } = this.options;
    const { identity } = member;
    conduct.sendsOffsets();
    const offsetOf = (topic: InputTopic, partition: number): number =>
      offsets.find((one) => one.topic === inputTopicName(topic) && one.partition === partition)?.offset ?? -1;
    const partitions = offsets.filter(({ topic }) => topic === topicNames.init).map(({ partition }) => partition);
    return calls.request('commitOffsets', () => {
      cluster.group.validate(identity, false);
      const positionsOf = (partition: number): Positions => ({
        init: offsetOf(InputTopic.init, partition),
        requests: offsetOf(InputTopic.requests, partition),
      });
      cluster.offsets.commit(new Map(partitions.map((partition) => [partition, positionsOf(partition)])));
    });
  }
}

/** As KafkaInput waits. */
const generationTimeoutMs = 10_000;
const nothing: Consumed = { count: 0, events: [] };
