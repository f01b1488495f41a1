import { setTimeout as sleep } from 'node:timers/promises';
import Kafka from 'node-rdkafka';
import type { TopicNames } from '../config/schema.js';
import { assert, type FatalError, messageOf } from '../errors.js';
import { InputTopic, inputTopics } from '../frames.js';
import type { Log } from '../log.js';
import { type Positions, positionOf } from '../pipeline/positions.js';
import { type Assigner, EagerAssigner, IncrementalAssigner } from './assigner.js';
import { consumerConfiguration } from './client-configuration.js';
import { ClientStatistics, type Statistics } from './client-statistics.js';
import { connect, disconnect } from './connect.js';
import { called, consumeFailure, isUnauthorized, kafkaFailure } from './failure.js';
import { FetchWatch } from './fetch-watch.js';
import type { CommittedOffsets, GroupMetadata, Input, InputPartition, Rebalance } from './input.js';
import { type Io, recordSource } from './io.js';
import type { Native } from './native.js';
import { OffsetCommits } from './offset-commits.js';
import type { Properties } from './properties.js';
import type { RecordSource } from './record-source.js';
import type { Consumed } from './runs.js';

const assignPartitions = -175;
const committedTimeoutMs = 5_000;
const seekTimeoutMs = 10_000;
const generationTimeoutMs = 10_000;
const generationPollMs = 20;

export type KafkaInputOptions = {
  readonly properties: Properties;
  readonly topics: TopicNames;
  readonly io: Io;
  readonly native: Native | undefined;
  readonly log: Log;
  /** A rebalance was noticed: what is in flight must not be added to. */
  readonly onRebalance: (kind: Rebalance['kind']) => void;
  readonly onFatal: (error: FatalError) => void;
};

const unknownMetadata: GroupMetadata = { bytes: undefined, memberId: '', generation: -1 };

/** The inputs, by node-rdkafka's consumer. */
export class KafkaInput implements Input {
  readonly statistics: ClientStatistics;
  /** How many consumes came back. */
  consumes = 0;
  private readonly consumer: Kafka.KafkaConsumer;
  private readonly rebalances: Rebalance[] = [];
  /** By InputTopic. */
  private readonly topics: readonly string[];
  private readonly watch: FetchWatch;
  private readonly commits: OffsetCommits;
  private readonly source: RecordSource;
  private readonly isIncremental: boolean;
  private readonly assigner: Assigner;
  private consuming = false;
  private closing = false;

  private constructor(private readonly options: KafkaInputOptions) {
    const rebalance_cb = (error: Kafka.LibrdKafkaError, assignment: Kafka.TopicPartition[]): void =>
      this.onRebalance(error, assignment);
    const properties = { ...options.properties, rebalance_cb, offset_commit_cb: true };
    this.consumer = new Kafka.KafkaConsumer(...consumerConfiguration(properties));
    this.isIncremental = options.properties['group.protocol'] === 'consumer';
    this.assigner = this.isIncremental
      ? new IncrementalAssigner(this.consumer, () => this.isLost())
      : new EagerAssigner(this.consumer);
    this.commits = new OffsetCommits(this.consumer, options.onFatal);
    this.topics = [options.topics.init, options.topics.requests];
    this.watch = new FetchWatch(options.onFatal);
    this.statistics = new ClientStatistics(options.topics);
    this.consumer.on('event.stats', ({ message }: { message: string }) => {
      const statistics = JSON.parse(message) as Statistics;
      this.watch.observe(statistics);
      this.statistics.observe(statistics);
    });
    const groupInstanceId = options.properties['group.instance.id']?.toString();
    this.source = recordSource(options.io, {
      consumer: this.consumer,
      topics: this.topics,
      onError: (error) => {
        const failure = consumeFailure(error, groupInstanceId);
        if (failure !== undefined) throw failure;
      },
    });
  }

  static async connect(options: KafkaInputOptions): Promise<KafkaInput> {
    const input = new KafkaInput(options);
    await connect(input.consumer, options.log);
    input.consumer.subscribe([...input.topics]);
    return input;
  }

  /** node-rdkafka's client, whose generation is sent with a transaction where the addon can't send a captured one. */
  get client(): Kafka.KafkaConsumer {
    return this.consumer;
  }

  async consume(limit: number, waitMs: number, gatherMs: number): Promise<Consumed> {
    assert(!this.consuming, 'one consume is outstanding at a time');
    this.consuming = true;
    try {
      return await this.source.take(limit, waitMs, gatherMs);
    } finally {
      this.consumes += 1;
      this.consuming = false;
    }
  }

  nextRebalance(): Rebalance | undefined {
    return this.rebalances.shift();
  }

  async groupMetadata(): Promise<GroupMetadata> {
    return (await this.options.native?.groupMetadata(this.consumer)) ?? unknownMetadata;
  }

  async currentMetadata(captured: GroupMetadata): Promise<GroupMetadata> {
    if (!this.isIncremental) return captured;
    const now = await this.groupMetadata();
    // A member that was thrown out has no epoch; it stays with the one it had, which is refused.
    return now.memberId === captured.memberId && now.generation > captured.generation ? now : captured;
  }

  async generationAfter(refused: GroupMetadata): Promise<void> {
    if (refused.bytes === undefined) return;
    const untilMs = performance.now() + generationTimeoutMs;
    while (this.rebalances.length === 0 && performance.now() < untilMs) {
      if ((await this.currentMetadata(refused)) !== refused) return;
      await sleep(generationPollMs);
    }
  }

  async committed(
    partitions: readonly number[],
    isCancelled: () => boolean,
  ): Promise<ReadonlyMap<number, CommittedOffsets>> {
    const wanted = partitions.flatMap((partition) => this.bothNamed(partition));
    for (let attempt = 1; !isCancelled(); attempt += 1) {
      try {
        return this.byPartition(
          await called<Kafka.TopicPartitionOffset[]>((done) =>
            this.consumer.committed(wanted, committedTimeoutMs, done),
          ),
        );
      } catch (error) {
        if (isUnauthorized(error)) throw kafkaFailure('the committed offsets are not told', error);
        this.options.log.info(
          'offsetsUnstable',
          { attempt },
          `committed offsets are not known yet: ${messageOf(error)}; an open transaction of another instance is waited for`,
        );
        await sleep(500);
      }
    }
    return new Map();
  }

  assign(starts: ReadonlyMap<number, Positions>): void {
    const offsets = this.offsetsOf(starts);
    this.watch.begin(offsets);
    this.assigner.assign(offsets);
  }

  unassign(partitions: readonly number[]): void {
    const named = partitions.flatMap((partition) => this.bothNamed(partition));
    this.watch.end(named);
    this.assigner.unassign(named);
  }

  async seek(positions: ReadonlyMap<number, Positions>): Promise<void> {
    for (const target of this.offsetsOf(positions)) {
      await called<void>((done) => this.consumer.seek(target, seekTimeoutMs, (error) => done(error, undefined)));
    }
  }

  pause(partitions: readonly InputPartition[]): void {
    if (partitions.length > 0) this.consumer.pause(partitions.map((one) => this.named(one)));
  }

  resume(partitions: readonly InputPartition[]): void {
    if (partitions.length > 0) this.consumer.resume(partitions.map((one) => this.named(one)));
  }

  commit(positions: ReadonlyMap<number, Positions>): void {
    this.commits.add(this.offsetsOf(positions));
  }

  commitsAnswered(): Promise<void> {
    return this.commits.answered();
  }

  async close(): Promise<void> {
    this.closing = true;
    while (this.consuming) await sleep(5);
    await disconnect(this.consumer);
  }

  private onRebalance(error: Kafka.LibrdKafkaError, assignment: Kafka.TopicPartition[]): void {
    // A client that is closed takes that for the answer to anything.
    if (this.closing) return void this.consumer.unassign();
    const partitions = assignment.map(({ topic, partition }) => ({ topic: this.topicOf(topic), partition }));
    const kind = error.code === assignPartitions ? 'assign' : this.isLost() ? 'lost' : 'revoke';
    if (kind === 'assign' && !this.assigner.accept(partitions.length)) return;
    if (kind === 'assign') this.commits.begin();
    if (kind === 'lost') this.commits.lose();
    this.rebalances.push({ kind, partitions });
    this.options.onRebalance(kind);
  }

  private isLost(): boolean {
    return this.options.native?.assignmentLost(this.consumer) ?? false;
  }

  private byPartition(answer: readonly (Kafka.TopicPartitionOffset | Error)[]): Map<number, CommittedOffsets> {
    const offsets = new Map<number, { init?: number; requests?: number }>();
    for (const one of answer) {
      if (one instanceof Error) throw one;
      const entry = offsets.get(one.partition) ?? {};
      offsets.set(one.partition, entry);
      // Without a committed offset node-rdkafka leaves it out, or gives a logical one, which is negative.
      if (typeof one.offset === 'number' && one.offset >= 0) {
        entry[this.topicOf(one.topic) === InputTopic.init ? 'init' : 'requests'] = one.offset;
      }
    }
    return offsets;
  }

  private topicOf(name: string): InputTopic {
    const { init, requests } = this.options.topics;
    assert(name === init || name === requests, `${name} is an input`);
    return name === init ? InputTopic.init : InputTopic.requests;
  }

  private offsetsOf(positions: ReadonlyMap<number, Positions>): Kafka.TopicPartitionOffset[] {
    return [...positions].flatMap(([partition, position]) =>
      inputTopics.map((topic) => ({ ...this.named({ topic, partition }), offset: positionOf(position, topic) })),
    );
  }

  private bothNamed(partition: number): Kafka.TopicPartition[] {
    return inputTopics.map((topic) => this.named({ topic, partition }));
  }

  private named({ topic, partition }: InputPartition): Kafka.TopicPartition {
    const { init, requests } = this.options.topics;
    return { topic: topic === InputTopic.init ? init : requests, partition };
  }
}
