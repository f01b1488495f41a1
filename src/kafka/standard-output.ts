import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import Kafka from 'node-rdkafka';
import type { TopicNames } from '../config/schema.js';
import { messageOf, temporary } from '../errors.js';
import { type FrameBatch, framesOf } from '../frames.js';
import { readHeaders } from '../headers.js';
import type { Log } from '../log.js';
import type { Positions } from '../pipeline/positions.js';
import { connect, disconnect } from './connect.js';
import { called, codeOf, transactionFailure } from './failure.js';
import type { GroupMetadata } from './input.js';
import type { Native } from './native.js';
import type { Output, OutputTopic } from './output.js';
import type { Properties } from './properties.js';

/** ERR__QUEUE_FULL. */
const queueFull = -184;
const queueFullPauseMs = 2;
const initTimeoutMs = 60_000;
const deliveryTimeoutMs = 60_000;
const pollIntervalMs = 100;

export type StandardOutputOptions = {
  readonly properties: Properties;
  readonly topics: TopicNames;
  readonly transactionalId: string;
  readonly transactionTimeoutMs: number;
  readonly native: Native | undefined;
  /** node-rdkafka's consumer, whose current generation is sent where the addon can't send the captured one. */
  readonly consumer: () => Kafka.KafkaConsumer;
  readonly log: Log;
};

/** The outputs through node-rdkafka's plain calls. */
export class StandardOutput implements Output {
  private readonly producer: Kafka.Producer;
  private undelivered: { count: number; first: unknown } = { count: 0, first: undefined };

  private constructor(private readonly options: StandardOutputOptions) {
    // The cast is for node-rdkafka's types, which don't know all properties.
    this.producer = new Kafka.Producer({ ...options.properties, dr_cb: true } as Kafka.ProducerGlobalConfig, {});
    this.producer.on('delivery-report', (error) => {
      if (!error) return;
      this.undelivered.first ??= error;
      this.undelivered.count += 1;
    });
  }

  static async connect(options: StandardOutputOptions): Promise<StandardOutput> {
    const output = new StandardOutput(options);
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
    const name = this.options.topics[topic];
    const frame = framesOf(frames);
    while (frame.advance()) {
      const headers = frame.headers();
      const value = frame.value();
      const key = frame.key();
      const listed = headers.length > 0 ? readHeaders(headers) : undefined;
      while (!this.tryProduce(name, frame.partition, value, key, frame.timestampMs, listed)) {
        this.producer.poll();
        await sleep(queueFullPauseMs);
      }
    }
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

  commit(): Promise<void> {
    // The broker ends the transaction by itself after its timeout; twice that is long enough to hear of it.
    const timeoutMs = 2 * this.options.transactionTimeoutMs;
    return this.step('commit', (done) => this.producer.commitTransaction(timeoutMs, done));
  }

  abort(): Promise<void> {
    const timeoutMs = 2 * this.options.transactionTimeoutMs;
    return this.step('abort', (done) => this.producer.abortTransaction(timeoutMs, done));
  }

  async delivered(): Promise<void> {
    await called<void>((done) => this.producer.flush(deliveryTimeoutMs, (error) => done(error, undefined))).catch(
      (error: unknown) => {
        throw temporary(`records are not delivered after ${deliveryTimeoutMs} ms: ${messageOf(error)}`, error);
      },
    );
    // Reports come through their own wake-up of the event loop: those of this flush have come by its next turn.
    await nextTurn();
    const { count, first } = this.undelivered;
    if (count > 0)
      throw temporary(`${count} records were not delivered: ${messageOf(first)}; nothing later was written`, first);
  }

  async close(): Promise<void> {
    await disconnect(this.producer);
  }

  private tryProduce(
    topic: string,
    partition: number,
    value: Buffer | null,
    key: Buffer | null,
    timestampMs: number,
    headers: Record<string, Buffer>[] | undefined,
  ): boolean {
    try {
      this.producer.produce(topic, partition, value, key, timestampMs, undefined, headers);
      return true;
    } catch (error) {
      if (codeOf(error) === queueFull) return false;
      throw transactionFailure('produce', this.options.transactionalId, error);
    }
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
