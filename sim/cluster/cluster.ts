import { InputTopic } from '../../src/frames.js';
import type { OutputTopic } from '../../src/kafka/output.js';
import type { Positions } from '../../src/pipeline/positions.js';
import type { Latencies } from '../latencies.js';
import type { Schedule } from '../schedule.js';
import { ClassicGroup } from './classic-group.js';
import { ConsumerGroup } from './consumer-group.js';
import type { Group, GroupProtocol } from './group.js';
import { GroupOffsets } from './group-offsets.js';
import { PartitionLog } from './partition-log.js';
import type { Transaction } from './transaction.js';
import { TransactionCoordinator } from './transaction-coordinator.js';

export const topicNames = {
  init: 'section-init',
  requests: 'reservation-requests',
  results: 'reservation-completed',
  status: 'section-status',
  changelog: 'app-changelog',
  deadLetters: 'app-dead-letters',
};

export const inputTopicName = (topic: InputTopic): string =>
  topic === InputTopic.init ? topicNames.init : topicNames.requests;

/** Of the broker and of the clients: the daemon's defaults, and a shorter wait for members that don't join again. */
export const timeouts = { sessionMs: 10_000, transactionMs: 10_000, rebalanceMs: 20_000 };

export type ClusterOptions = {
  readonly schedule: Schedule;
  readonly latencies: Latencies;
  readonly partitions: number;
  readonly protocol: GroupProtocol;
  readonly outputPartitions: { readonly results: number; readonly status: number; readonly deadLetters: number };
  /** The first offset of an input that was not deleted. */
  readonly low: (topic: InputTopic, partition: number) => number;
  readonly onDecided: (transaction: Transaction) => void;
  readonly onCommitted: (partition: number, positions: Positions) => void;
};

/** Kafka, as far as the daemon can tell. It outlives every process. */
export class Cluster {
  readonly offsets: GroupOffsets;
  readonly classicGroup: ClassicGroup;
  readonly consumerGroup: ConsumerGroup;
  /** The one that is used. */
  readonly group: Group;
  readonly transactions: TransactionCoordinator;
  private readonly inputs: ReadonlyMap<InputTopic, readonly PartitionLog[]>;
  private readonly outputs: Readonly<Record<OutputTopic, readonly PartitionLog[]>>;

  constructor(options: ClusterOptions) {
    const { schedule, latencies, partitions, protocol, outputPartitions, low, onDecided, onCommitted } = options;
    this.offsets = new GroupOffsets(onCommitted);
    const rebalanceTimeoutMs = timeouts.rebalanceMs;
    this.classicGroup = new ClassicGroup({ schedule, latencies, partitions, rebalanceTimeoutMs });
    this.consumerGroup = new ConsumerGroup(partitions);
    this.group = protocol === 'classic' ? this.classicGroup : this.consumerGroup;
    const { offsets } = this;
    const timeoutMs = timeouts.transactionMs;
    this.transactions = new TransactionCoordinator({ schedule, latencies, offsets, timeoutMs, onDecided });
    const topic = (name: string, count: number, from = (_: number): number => 0): PartitionLog[] =>
      Array.from({ length: count }, (_, partition) => new PartitionLog(name, partition, from(partition)));
    this.inputs = new Map(
      [InputTopic.init, InputTopic.requests].map((one) => [
        one,
        topic(inputTopicName(one), partitions, (partition) => low(one, partition)),
      ]),
    );
    this.outputs = {
      results: topic(topicNames.results, outputPartitions.results),
      status: topic(topicNames.status, outputPartitions.status),
      deadLetters: topic(topicNames.deadLetters, outputPartitions.deadLetters),
      changelog: topic(topicNames.changelog, partitions),
    };
  }

  input(topic: InputTopic, partition: number): PartitionLog {
    return found(this.inputs.get(topic)?.[partition], `${inputTopicName(topic)}-${partition}`);
  }

  output(topic: OutputTopic): readonly PartitionLog[] {
    return this.outputs[topic];
  }

  changelog(partition: number): PartitionLog {
    return found(this.outputs.changelog[partition], `changelog-${partition}`);
  }

  /** By the topic's name, as the daemon asks for it. */
  log(name: string, partition: number): PartitionLog {
    const all = [...this.inputs.values(), ...Object.values(this.outputs)].flat();
    return found(
      all.find((log) => log.topic === name && log.partition === partition),
      `${name}-${partition}`,
    );
  }
}

function found<T>(one: T | undefined, name: string): T {
  if (one === undefined) throw new Error(`${name} does not exist`);
  return one;
}
