import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { assert, messageOf } from '../errors.js';
import type { FrameBatch } from '../frames.js';
import { type AdminAddon, type NativeAdmin, nativeAdminOf } from './native-admin.js';
import { type Callback, type KafkaClient, type NativeError, promise } from './native-call.js';
// Its library must be in the process first: the addon links to the same one.
import 'node-rdkafka';

export type { KafkaClient, NativeError } from './native-call.js';

/** An input position: `offset` is that of the next record to read. */
export interface TopicPartitionOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** A consumer's membership: `bytes` is librdkafka's serialized form of it. Without one the generation is -1, the member id may be empty. */
export interface ConsumerGroupMetadata {
  readonly bytes: Buffer;
  readonly memberId: string;
  /** Under group.protocol=consumer the member's epoch. */
  readonly generation: number;
}

/** What a consume brought: the frames, in a buffer that may be longer, what they are (native/src/consume.cc: eight doubles an event), and the errors among them. */
export type PackedRecords = {
  readonly frames: Buffer;
  readonly count: number;
  readonly events: Float64Array;
  readonly errors: readonly NativeError[];
};

/**
 * librdkafka's calls that node-rdkafka lacks, on node-rdkafka's own handles. Promises are rejected with a NativeError;
 * a disconnect of the client waits for the calls that are under way.
 */
export interface Native extends NativeAdmin {
  /**
   * rd_kafka_consumer_poll: for the first record up to `waitMs`; then for what is there, up to `limit`, and while there are
   * fewer for what comes within `gatherMs`. Callbacks are served as by node-rdkafka's consume. The frames are put into
   * `target` where they fit it, else into new memory.
   */
  consume(
    consumer: KafkaClient,
    topics: readonly string[],
    limit: number,
    waitMs: number,
    gatherMs: number,
    target?: Buffer,
  ): Promise<PackedRecords>;
  /**
   * rd_kafka_produceva of each frame, in their order; librdkafka copies them. A full queue is waited for on libuv's pool. Any
   * other error ends it: those before the failed frame are produced.
   */
  produce(producer: KafkaClient, topic: string, frames: FrameBatch): Promise<void>;
  /** rd_kafka_flush, which notices the last delivery within a millisecond here, not ten. Rejected with -185 after `timeoutMs`. */
  flush(producer: KafkaClient, timeoutMs: number): Promise<void>;
  /**
   * Two arenas for all threads of the process, and large blocks given back when they are freed (glibc's mallopt; nothing
   * elsewhere). To be called before the first Kafka client is made.
   */
  tuneAllocator(): void;
  /** sd_notify(3): one datagram to a unix socket; `@` at the beginning stands for the abstract namespace. Throws with an errno's code. */
  notify(socket: string, message: string): void;
  /** rd_kafka_clusterid: the id of the cluster that the client is connected to. */
  clusterId(client: KafkaClient, timeoutMs: number): Promise<string>;
  /** rd_kafka_assignment_lost: whether the consumer's current assignment was lost, not revoked in order. Throws a NativeError. */
  assignmentLost(consumer: KafkaClient): boolean;
  /** rd_kafka_consumer_group_metadata: the generation in force now, for sendOffsetsToTransaction in this process. */
  groupMetadata(consumer: KafkaClient): Promise<ConsumerGroupMetadata>;
  /** rd_kafka_send_offsets_to_transaction, in the name of the generation that `metadata` was taken in. */
  sendOffsetsToTransaction(
    producer: KafkaClient,
    offsets: readonly TopicPartitionOffset[],
    metadata: Buffer,
    timeoutMs: number,
  ): Promise<void>;
}

type ConsumedRecords = {
  frames: Buffer;
  count: number;
  events: Buffer;
  errors: NativeError[];
};

/** The addon as it is: native/src/calls.h. */
interface Addon extends AdminAddon {
  tuneAllocator(): void;
  notify(socket: string, message: string): void;
  consume(
    consumer: unknown,
    topics: readonly string[],
    limit: number,
    waitMs: number,
    gatherMs: number,
    target: Buffer | undefined,
    done: Callback<ConsumedRecords>,
  ): void;
  produce(producer: unknown, topic: string, frames: Buffer, sizeBytes: number, done: Callback<number>): void;
  flush(producer: unknown, timeoutMs: number, done: Callback<void>): void;
  clusterId(client: unknown, timeoutMs: number, done: Callback<string>): void;
  assignmentLost(consumer: unknown): boolean;
  groupMetadata(consumer: unknown, done: Callback<ConsumerGroupMetadata>): void;
  sendOffsetsToTransaction(
    producer: unknown,
    offsets: readonly TopicPartitionOffset[],
    metadata: Buffer,
    timeoutMs: number,
    done: Callback<void>,
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
    ...nativeAdminOf(addon),
    tuneAllocator: () => addon.tuneAllocator(),
    notify: (socket, message) => addon.notify(socket, message),
    consume: async (consumer, topics, limit, waitMs, gatherMs, target) => {
      const { events, ...records } = await promise<ConsumedRecords>((done) =>
        addon.consume(consumer.getClient(), topics, limit, waitMs, gatherMs, target, done),
      );
      const doubles = events.length / Float64Array.BYTES_PER_ELEMENT;
      return { ...records, events: new Float64Array(events.buffer, events.byteOffset, doubles) };
    },
    produce: async (producer, topic, { bytes, sizeBytes, count }) => {
      const produced = await promise<number>((done) =>
        addon.produce(producer.getClient(), topic, Buffer.from(bytes), sizeBytes, done),
      );
      assert(produced === count, `${count} records are produced, not ${produced}`);
    },
    flush: (producer, timeoutMs) => promise((done) => addon.flush(producer.getClient(), timeoutMs, done)),
    clusterId: (client, timeoutMs) => promise((done) => addon.clusterId(client.getClient(), timeoutMs, done)),
    assignmentLost: (consumer) => addon.assignmentLost(consumer.getClient()),
    groupMetadata: (consumer) => promise((done) => addon.groupMetadata(consumer.getClient(), done)),
    sendOffsetsToTransaction: (producer, offsets, metadata, timeoutMs) =>
      promise((done) => addon.sendOffsetsToTransaction(producer.getClient(), offsets, metadata, timeoutMs, done)),
  };
}
