import Kafka from 'node-rdkafka';
import { connected, pause, promised, requestTimeoutMs } from './kafka-client.js';
import { type NewRecord, produceAll } from './produce.js';
import { createTopics, freshName } from './topics.js';
import { sectionKey, statusCodec } from './wire.js';

/** A count of section `section` of event 1; without one a tombstone. */
export type WrittenStatus = {
  readonly section: string;
  readonly availableCount?: number;
  readonly timestampMs?: number;
  readonly partition?: number;
};

/** A status topic of a test's own, written as the daemon does. */
export class StatusTopic {
  readonly topic = freshName('status');

  private constructor(readonly bootstrapServers: string) {}

  static async create(bootstrapServers: string, partitions: number): Promise<StatusTopic> {
    const status = new StatusTopic(bootstrapServers);
    await status.createAgain(partitions);
    return status;
  }

  createAgain(partitions: number): Promise<void> {
    return createTopics(this.bootstrapServers, [{ topic: this.topic, partitions, compacted: true }]);
  }

  /** Deletes the topic; resolves when its name is gone. */
  async delete(): Promise<void> {
    const admin = Kafka.AdminClient.create({ 'bootstrap.servers': this.bootstrapServers });
    try {
      await promised((done) => admin.deleteTopic(this.topic, requestTimeoutMs, done));
    } finally {
      admin.disconnect();
    }
  }

  async addPartitions(total: number): Promise<void> {
    const admin = Kafka.AdminClient.create({ 'bootstrap.servers': this.bootstrapServers });
    try {
      await promised((done) => admin.createPartitions(this.topic, total, requestTimeoutMs, done));
    } finally {
      admin.disconnect();
    }
  }

  write(statuses: readonly WrittenStatus[]): Promise<void> {
    return produceAll(
      this.bootstrapServers,
      statuses.map((status) => this.record(status)),
    );
  }

  /** Writes `statuses` in one transaction, does `meanwhile` while it is open, and ends it. */
  async writeInTransaction(
    statuses: readonly WrittenStatus[],
    end: 'commit' | 'abort',
    meanwhile: () => Promise<void> = async () => undefined,
  ): Promise<void> {
    const properties = { 'bootstrap.servers': this.bootstrapServers, 'transactional.id': freshName('status-writer') };
    const producer = new Kafka.Producer(properties, { partitioner: 'murmur2_random' });
    await connected(producer, async () => {
      producer.setPollInterval(10);
      await promised((done) => producer.initTransactions(requestTimeoutMs, done));
      await promised((done) => producer.beginTransaction(done));
      for (const { topic, key, value, timestampMs, partition } of statuses.map((status) => this.record(status)))
        producer.produce(topic, partition ?? -1, value, key, timestampMs);
      await promised((done) => producer.flush(requestTimeoutMs, done));
      await meanwhile();
      if (end === 'commit') await promised((done) => producer.commitTransaction(requestTimeoutMs, done));
      else await promised((done) => producer.abortTransaction(requestTimeoutMs, done));
    });
  }

  private record({ section, availableCount, timestampMs = Date.now(), partition }: WrittenStatus): NewRecord {
    const status = { eventId: 1n, section, availableCount: availableCount ?? 0, timestamp: BigInt(timestampMs) };
    const value = availableCount === undefined ? null : statusCodec.encode(status);
    const key = Buffer.from(sectionKey(status));
    return { topic: this.topic, key, value, timestampMs, ...(partition === undefined ? {} : { partition }) };
  }
}

/** Resolves when `isTrue`; fails after half a minute with what `say` tells. */
export async function until(isTrue: () => boolean | Promise<boolean>, say: () => unknown): Promise<void> {
  const deadlineMs = Date.now() + 30_000;
  while (!(await isTrue())) {
    if (Date.now() > deadlineMs) throw new Error(`waited in vain: ${JSON.stringify(say())}`);
    await pause(20);
  }
}
