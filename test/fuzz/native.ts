import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import Kafka from 'node-rdkafka';
import { FatalError } from '../../src/errors.js';
import type { FrameBatch } from '../../src/frames.js';
import type { NativeError } from '../../src/kafka/native.js';
import { PackedSource } from '../../src/kafka/packed-source.js';
import { looseConsumer, promised, requestTimeoutMs } from '../support/kafka-client.js';
import { type MockCluster, mockPartitions, startMockCluster } from '../support/mock-cluster.js';
import { addon, arrivalsOf, batchOf, ERRORS, isEnd, numbered } from '../support/packed.js';
import type { Random } from '../support/random.js';
import { freshName } from '../support/topics.js';
import { damagedFrames } from './frame-inputs.js';
import { type NaiveFrame, naiveFrames, naiveHeaders } from './naive-frames.js';
import { type Fuzzer, fuzzerOf, type Outcome, type Target } from './target.js';

/** A mock cluster keeps 5 MiB a partition: what is produced is read back after so many records. */
const readBackAfter = 500;

/** What the addon has to say to frames: those that it produces, and the code that it ends with. */
function expectedOf(bytes: Buffer): { readonly produced: readonly NaiveFrame[]; readonly code: number | undefined } {
  const { frames, isDamaged } = naiveFrames(bytes);
  for (const [index, { headers, partition }] of frames.entries()) {
    const produced = frames.slice(0, index);
    if (naiveHeaders(headers) === undefined) return { produced, code: ERRORS.ERR__BAD_MSG };
    if (partition < -1 || partition >= mockPartitions) return { produced, code: ERRORS.ERR__UNKNOWN_PARTITION };
  }
  return { produced: frames, code: isDamaged ? ERRORS.ERR__BAD_MSG : undefined };
}

const show = (bytes: Buffer | null): string => bytes?.toString('hex') ?? 'null';
const checksum = (value: Buffer | null, key: Buffer | null): number => crc32(`${show(value)} ${show(key)}`);

/** The addon on a mock cluster: what it produces of damaged frames, and what it then reads of the partitions. */
class NativeFuzzer {
  private readonly native = addon();
  private readonly source: PackedSource;
  private unread = 0;
  /** Of what is not read yet: the sum of its checksums, for partition -1 lets librdkafka choose. */
  private checksums = 0;

  private constructor(
    private readonly cluster: MockCluster,
    private readonly topic: string,
    private readonly producer: Kafka.Producer,
    private readonly consumer: Kafka.KafkaConsumer,
  ) {
    const onError = (error: unknown): never => {
      throw error;
    };
    this.source = new PackedSource(this.native, { consumer, topics: [topic], onError });
  }

  static async open(): Promise<NativeFuzzer> {
    const cluster = await startMockCluster();
    const topic = freshName('fuzz');
    await cluster.createTopics([topic]);
    const { bootstrapServers } = cluster;
    const producer = new Kafka.Producer({ 'bootstrap.servers': bootstrapServers, 'linger.ms': 0, log_level: 0 });
    // A mock cluster loses a fetch now and then.
    const quick = { 'socket.timeout.ms': 1_000, 'fetch.wait.max.ms': 2, 'fetch.queue.backoff.ms': 1 };
    const consumer = looseConsumer(bootstrapServers, { ...quick, log_level: 0 });
    for (const client of [producer, consumer]) {
      await promised<Kafka.Metadata>((done) => client.connect({ timeout: requestTimeoutMs }, done));
    }
    const fuzzer = new NativeFuzzer(cluster, topic, producer, consumer);
    await fuzzer.begin();
    return fuzzer;
  }

  /** Once a record is delivered the producer knows the partitions. */
  private async begin(): Promise<void> {
    const { topic } = this;
    await this.native.produce(this.producer, topic, batchOf(numbered(1)));
    await promised((done) => this.producer.flush(requestTimeoutMs, done));
    const partitions = Array.from({ length: mockPartitions }, (_, partition) => partition);
    this.consumer.assign(partitions.map((partition) => ({ topic, partition, offset: partition === 0 ? 1 : 0 })));
  }

  async check(bytes: Buffer): Promise<Outcome> {
    const { produced, code } = expectedOf(bytes);
    const outcome = await this.produce(bytes, produced.length, code);
    this.unread += produced.length;
    for (const { value, key } of produced) this.checksums += checksum(value, key);
    if (this.unread >= readBackAfter) await this.readBack();
    return outcome;
  }

  private async produce(bytes: Buffer, count: number, code: number | undefined): Promise<Outcome> {
    // Memory of its own and of its size, so that a sanitizer sees what is read beyond it.
    const own = Buffer.allocUnsafeSlow(bytes.length);
    bytes.copy(own);
    const frames: FrameBatch = { bytes: own.buffer as ArrayBuffer, sizeBytes: bytes.length, count };
    try {
      await this.native.produce(this.producer, this.topic, frames);
    } catch (error) {
      if (error instanceof FatalError) throw error;
      assert.equal((error as NativeError).code, code, (error as NativeError).message);
      return 'refused';
    }
    assert.equal(code, undefined, 'damaged frames are refused');
    return 'accepted';
  }

  private async readBack(): Promise<void> {
    await promised((done) => this.producer.flush(requestTimeoutMs, done));
    while (this.unread > 0) {
      const arrivals = arrivalsOf(await this.source.take(readBackAfter, 100, 0)).filter((arrival) => !isEnd(arrival));
      this.unread -= arrivals.length;
      for (const { value = null, key = null } of arrivals) this.checksums -= checksum(value, key);
    }
    assert.deepEqual([this.unread, this.checksums], [0, 0], 'what was produced is what is read');
  }

  async close(): Promise<void> {
    for (const client of [this.producer, this.consumer]) {
      await new Promise<void>((resolve) => client.disconnect(() => resolve()));
    }
    await this.cluster.stop();
  }
}

export const nativeTarget: Target = {
  name: 'native',
  description:
    'damaged frame batches to the addon, on a mock cluster: refused as a naive walk refuses them; what is produced is read back',
  open: async (): Promise<Fuzzer> => {
    const native = await NativeFuzzer.open();
    return fuzzerOf(
      {
        generate: (random: Random) => damagedFrames(random, mockPartitions),
        check: (bytes: Buffer) => native.check(bytes),
        show: (bytes: Buffer) => bytes.toString('hex'),
      },
      () => native.close(),
    );
  },
};
