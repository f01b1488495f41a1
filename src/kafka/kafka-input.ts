import { setTimeout as sleep } from 'node:timers/promises';
import Kafka from 'node-rdkafka';
import type { TopicNames } from '../config/schema.js';
import { assert, type FatalError, messageOf } from '../errors.js';
import { InputTopic, inputTopics } from '../frames.js';
import type { Log } from '../log.js';
import { type Positions, positionOf } from '../pipeline/positions.js';
import { consumerConfiguration } from './client-configuration.js';
import { connect, disconnect } from './connect.js';
import { called, consumeFailure } from './failure.js';
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

/** The inputs, by node-rdkafka's consumer. */
export class KafkaInput implements Input {
  private readonly consumer: Kafka.KafkaConsumer;
  private readonly rebalances: Rebalance[] = [];
  private readonly watch: FetchWatch;
  private readonly commits: OffsetCommits;
  private readonly source: RecordSource;
  private consuming = false;
  private closing = false;

  private constructor(private readonly options: KafkaInputOptions) {
    const rebalance_cb = (error: Kafka.LibrdKafkaError, assignment: Kafka.TopicPartition[]): void =>
      this.onRebalance(error, assignment);
    const properties = { ...options.properties, rebalance_cb, offset_commit_cb: true };
    this.consumer = new Kafka.KafkaConsumer(...consumerConfiguration(properties));
    this.commits = new OffsetCommits(this.consumer, options.onFatal);
    this.watch = new FetchWatch(Object.values(topicNamesOf(options.topics)), options.onFatal);
    this.consumer.on('event.stats', (stats: { message: string }) => this.watch.observe(stats.message));
    this.source = recordSource(options.io, {
      consumer: this.consumer,
      topics: [options.topics.init, options.topics.requests],
      onError: (error) => {
        const failure = consumeFailure(error);
        if (failure !== undefined) throw failure;
      },
    });
  }

  static async connect(options: KafkaInputOptions): Promise<KafkaInput> {
    const input = new KafkaInput(options);
    await connect(input.consumer, options.log);
    const { init, requests } = options.topics;
    input.consumer.subscribe([init, requests]);
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
      this.consuming = false;
    }
  }

  nextRebalance(): Rebalance | undefined {
    return this.rebalances.shift();
  }

  get hasRebalance(): boolean {
    return this.rebalances.length > 0;
  }

  async groupMetadata(): Promise<GroupMetadata> {
    return { bytes: await this.options.native?.groupMetadata(this.consumer) };
  }

  async committed(
    partitions: readonly number[],
    isCancelled: () => boolean,
  ): Promise<ReadonlyMap<number, CommittedOffsets>> {
    const wanted = partitions.flatMap((partition) => inputTopics.map((topic) => this.named({ topic, partition })));
    for (let attempt = 1; !isCancelled(); attempt += 1) {
      try {
        return this.byPartition(
          await called<Kafka.TopicPartitionOffset[]>((done) =>
            this.consumer.committed(wanted, committedTimeoutMs, done),
          ),
        );
      } catch (error) {
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
    this.consumer.assign(this.offsetsOf(starts));
  }

  unassign(): void {
    this.watch.reset();
    this.consumer.unassign();
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
    if (this.closing) {
      if (error.code !== assignPartitions) this.consumer.unassign();
      return;
    }
    const partitions = assignment.map(({ topic, partition }) => ({ topic: this.topicOf(topic), partition }));
    const kind = error.code === assignPartitions ? 'assign' : this.isLost() ? 'lost' : 'revoke';
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

  private named({ topic, partition }: InputPartition): Kafka.TopicPartition {
    const { init, requests } = this.options.topics;
    return { topic: topic === InputTopic.init ? init : requests, partition };
  }
}

const topicNamesOf = ({ init, requests }: TopicNames): { init: string; requests: string } => ({ init, requests });
