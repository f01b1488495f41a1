import { setImmediate as nextTurn } from 'node:timers/promises';
import Kafka from 'node-rdkafka';
import type { TopicNames } from '../config/schema.js';
import { messageOf, temporary } from '../errors.js';
import type { FrameBatch } from '../frames.js';
import type { Log } from '../log.js';
import type { Positions } from '../pipeline/positions.js';
import { producerConfiguration } from './client-configuration.js';
import { ClientStatistics, type Statistics } from './client-statistics.js';
import { connect, disconnect } from './connect.js';
import { called, kafkaFailure, transactionFailure } from './failure.js';
import type { GroupMetadata } from './input.js';
import { type Io, recordSink } from './io.js';
import type { Native } from './native.js';
import type { Output, OutputTopic } from './output.js';
import type { Properties } from './properties.js';
import type { RecordSink } from './record-sink.js';

const initTimeoutMs = 60_000;
const deliveryTimeoutMs = 60_000;
const flushTimeoutMs = 500;
const pollIntervalMs = 100;

export type KafkaOutputOptions = {
  readonly properties: Properties;
  readonly topics: TopicNames;
  readonly transactionalId: string;
  readonly transactionTimeoutMs: number;
  readonly io: Io;
  readonly native: Native | undefined;
  /** node-rdkafka's consumer, whose current generation is sent where the addon can't send the captured one. */
  readonly consumer: () => Kafka.KafkaConsumer;
  readonly log: Log;
};

/** The outputs, by node-rdkafka's producer. */
export class KafkaOutput implements Output {
  readonly statistics = new ClientStatistics();
  private readonly producer: Kafka.Producer;
  private readonly sink: RecordSink;
  private undelivered: { count: number; first: unknown } = { count: 0, first: undefined };

  private constructor(private readonly options: KafkaOutputOptions) {
    this.producer = new Kafka.Producer(...producerConfiguration({ ...options.properties, dr_cb: true }));
    this.sink = recordSink(options.io, this.producer);
    this.producer.on('event.stats', ({ message }: { message: string }) =>
      this.statistics.observe(JSON.parse(message) as Statistics),
    );
    this.producer.on('delivery-report', (error) => {
      if (!error) return;
      this.undelivered.first ??= error;
      this.undelivered.count += 1;
    });
  }

  static async connect(options: KafkaOutputOptions): Promise<KafkaOutput> {
    const output = new KafkaOutput(options);
    await connect(output.producer, options.log);
    output.producer.setPollInterval(pollIntervalMs);
    return output;
  }

  /** node-rdkafka's client, for what is asked of the cluster before the start. */
  get client(): Kafka.Producer {
    return this.producer;
  }

  initTransactions(): Promise<void> {
    return this.step('init', (done) => this.producer.initTransactions(initTimeoutMs, done));
  }

  begin(): Promise<void> {
    this.undelivered = { count: 0, first: undefined };
    return this.step('begin', (done) => this.producer.beginTransaction(done));
  }

  async produce(topic: OutputTopic, frames: FrameBatch): Promise<void> {
    await this.sink.produce(this.options.topics[topic], frames).catch((error: unknown) => {
      throw transactionFailure('produce', this.options.transactionalId, error);
    });
  }

  async sendOffsets(positions: ReadonlyMap<number, Positions>, group: GroupMetadata): Promise<void> {
    const { init, requests } = this.options.topics;
    const offsets = [...positions].flatMap(([partition, position]) => [
      { topic: init, partition, offset: position.init },
      { topic: requests, partition, offset: position.requests },
    ]);
    const { native, transactionTimeoutMs: timeoutMs } = this.options;
    const { bytes } = group;
    if (native !== undefined && bytes !== undefined) {
      await native.sendOffsetsToTransaction(this.producer, offsets, bytes, timeoutMs).catch((error: unknown) => {
        throw transactionFailure('sendOffsets', this.options.transactionalId, error);
      });
      return;
    }
    await this.step('sendOffsets', (done) =>
      this.producer.sendOffsetsToTransaction(offsets, this.options.consumer(), timeoutMs, done),
    );
  }

  async flush(): Promise<boolean> {
    // The commit waits for the deliveries as well, but notices them late. A transaction that failed keeps the rest of its
    // records in the queue, which the commit notices at once.
    return this.flushWithin(flushTimeoutMs).then(
      () => true,
      () => false,
    );
  }

  async commit(): Promise<void> {
    // The broker ends the transaction by itself after its timeout; twice that is long enough to hear of it.
    const timeoutMs = 2 * this.options.transactionTimeoutMs;
    await this.step('commit', (done) => this.producer.commitTransaction(timeoutMs, done));
  }

  abort(): Promise<void> {
    const timeoutMs = 2 * this.options.transactionTimeoutMs;
    return this.step('abort', (done) => this.producer.abortTransaction(timeoutMs, done));
  }

  async delivered(): Promise<void> {
    await this.flushWithin(deliveryTimeoutMs).catch((error: unknown) => {
      throw temporary(`records are not delivered after ${deliveryTimeoutMs} ms: ${messageOf(error)}`, error);
    });
    // Reports come through their own wake-up of the event loop: those of this flush have come by its next turn.
    await nextTurn();
    const { count, first } = this.undelivered;
    if (count > 0) throw kafkaFailure(`${count} records were not delivered, and nothing later was written`, first);
  }

  async close(): Promise<void> {
    await disconnect(this.producer);
  }

  private flushWithin(timeoutMs: number): Promise<void> {
    const { io } = this.options;
    if (io.kind === 'packed') return io.native.flush(this.producer, timeoutMs);
    return called((done) => this.producer.flush(timeoutMs, (error) => done(error, undefined)));
  }

  private async step(
    name: Parameters<typeof transactionFailure>[0],
    call: (done: (error: unknown) => void) => void,
  ): Promise<void> {
    try {
      await called<void>((done) => call((error) => done(error, undefined)));
    } catch (error) {
      throw transactionFailure(name, this.options.transactionalId, error);
    }
  }
}
