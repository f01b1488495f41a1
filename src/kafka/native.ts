import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { messageOf } from '../errors.js';
// Its library must be in the process first: the addon links to the same one.
import 'node-rdkafka';

/** A Producer or KafkaConsumer of node-rdkafka. One that was never connected, or is closed, is refused with code -172. */
export interface KafkaClient {
  getClient(): unknown;
}

/** An input position: `offset` is that of the next record to read. */
export interface TopicPartitionOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** What the addon's calls fail with; the properties are those of node-rdkafka's LibrdKafkaError. */
export interface NativeError extends Error {
  /** An rd_kafka_resp_err_t: negative for librdkafka's own. */
  readonly code: number;
  readonly errno: number;
  readonly origin: 'local' | 'kafka';
  /** The client is of no use any more. */
  readonly isFatal: boolean;
  /** The same call may be made again. */
  readonly isRetriable: boolean;
  /** The transaction must be aborted. */
  readonly isTxnRequiresAbort: boolean;
}

/** A topic's configuration by name (null where the broker keeps the value to itself), or why it was not told. */
export type TopicConfigs =
  | { readonly values: Readonly<Record<string, string | null>> }
  | { readonly error: { readonly code: number; readonly message: string } };

/**
 * librdkafka's calls that node-rdkafka lacks, on node-rdkafka's own handles. Promises are rejected with a NativeError;
 * a disconnect of the client waits for the calls that are under way.
 */
export interface Native {
  /** rd_kafka_clusterid: the id of the cluster that the client is connected to. */
  clusterId(client: KafkaClient, timeoutMs: number): Promise<string>;
  /** rd_kafka_assignment_lost: whether the consumer's current assignment was lost, not revoked in order. Throws a NativeError. */
  assignmentLost(consumer: KafkaClient): boolean;
  /** rd_kafka_consumer_group_metadata, serialized: the generation in force now, for sendOffsetsToTransaction in this process. */
  groupMetadata(consumer: KafkaClient): Promise<Buffer>;
  /** rd_kafka_send_offsets_to_transaction, in the name of the generation that `metadata` was taken in. */
  sendOffsetsToTransaction(
    producer: KafkaClient,
    offsets: readonly TopicPartitionOffset[],
    metadata: Buffer,
    timeoutMs: number,
  ): Promise<void>;
  /** rd_kafka_DescribeConfigs of topics, all in one request. librdkafka's mock cluster refuses it at once with code -165 (ERR__UNSUPPORTED_FEATURE). */
  describeTopicConfigs(
    client: KafkaClient,
    topics: readonly string[],
    timeoutMs: number,
  ): Promise<ReadonlyMap<string, TopicConfigs>>;
}

type Callback<T> = (error: NativeError | null, result: T) => void;
type DescribedTopic = { topic: string; code: number; message: string; values: Record<string, string | null> };

/** The addon as it is: native/src/calls.h. */
interface Addon {
  clusterId(client: unknown, timeoutMs: number, done: Callback<string>): void;
  assignmentLost(consumer: unknown): boolean;
  groupMetadata(consumer: unknown, done: Callback<Buffer>): void;
  sendOffsetsToTransaction(
    producer: unknown,
    offsets: readonly TopicPartitionOffset[],
    metadata: Buffer,
    timeoutMs: number,
    done: Callback<void>,
  ): void;
  describeTopicConfigs(
    client: unknown,
    topics: readonly string[],
    timeoutMs: number,
    done: Callback<DescribedTopic[]>,
  ): void;
}

let loaded: Native | { readonly unavailable: string } | undefined;

/** The addon, or why there is none: the daemon runs without it and says what it then doesn't check. Main thread only. */
export function loadNative(): Native | { readonly unavailable: string } {
  loaded ??= load();
  return loaded;
}

function load(): Native | { readonly unavailable: string } {
  const file = addonFile();
  if (file === undefined) return { unavailable: 'it is not built; `node native/build.mjs` builds it' };
  try {
    return nativeOf(createRequire(import.meta.url)(file) as Addon);
  } catch (error) {
    return { unavailable: messageOf(error) };
  }
}

/** The sources run from src/, the compiled daemon from dist/src/: the addon is in the first folder above that has it. */
function addonFile(): string | undefined {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'native', 'build', 'Release', 'seatmapd_native.node');
    if (existsSync(file)) return file;
  }
  return undefined;
}

function nativeOf(addon: Addon): Native {
  return {
    clusterId: (client, timeoutMs) => promise((done) => addon.clusterId(client.getClient(), timeoutMs, done)),
    assignmentLost: (consumer) => addon.assignmentLost(consumer.getClient()),
    groupMetadata: (consumer) => promise((done) => addon.groupMetadata(consumer.getClient(), done)),
    sendOffsetsToTransaction: (producer, offsets, metadata, timeoutMs) =>
      promise((done) => addon.sendOffsetsToTransaction(producer.getClient(), offsets, metadata, timeoutMs, done)),
    describeTopicConfigs: async (client, topics, timeoutMs) => {
      const described = await promise<DescribedTopic[]>((done) =>
        addon.describeTopicConfigs(client.getClient(), topics, timeoutMs, done),
      );
      return new Map(
        described.map(({ topic, code, message, values }) => [
          topic,
          code === 0 ? { values } : { error: { code, message } },
        ]),
      );
    },
  };
}

function promise<T>(call: (done: Callback<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, result) => (error === null ? resolve(result) : reject(error)));
  });
}
