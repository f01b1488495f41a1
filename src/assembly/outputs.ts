import { topicNames } from '../config/schema.js';
import { FatalError, messageOf, temporary } from '../errors.js';
import type { Io } from '../kafka/io.js';
import type { KafkaInput } from '../kafka/kafka-input.js';
import { KafkaOutput } from '../kafka/kafka-output.js';
import type { Native } from '../kafka/native.js';
import { outputProperties, transactionalIdOf, transactionalProducers } from '../kafka/properties.js';
import type { Foundation } from './parts.js';

type Outputs = readonly [KafkaOutput, ...KafkaOutput[]];

export type ProducersOptions = Foundation & {
  readonly io: Io;
  readonly native: Native | undefined;
  /** Is asked once a transaction is begun. */
  readonly consumer: () => KafkaInput['client'];
};

/** The producers: transactional ones take turns; at_least_once has one. */
export class Producers {
  private constructor(
    private readonly options: ProducersOptions,
    private current: Outputs,
  ) {
    options.closers.add(() => this.closeAll(this.current));
  }

  /** @throws FatalError when no broker lets them in */
  static async connect(options: ProducersOptions): Promise<Producers> {
    return new Producers(options, await connectAll(options));
  }

  get outputs(): Outputs {
    return this.current;
  }

  /** A client to ask the cluster by. */
  get client(): KafkaOutput['client'] {
    return this.current[0].client;
  }

  /** Ends what a predecessor left open; nothing under at_least_once. */
  initTransactions(): Promise<void> {
    return this.init(this.current);
  }

  /**
   * Puts fresh producers in the place of these, which have nothing under way: topics that were deleted and made again
   * are others to Kafka, and librdkafka keeps epochs, sequence numbers and partitions of the old ones. The fresh ones
   * fence the old ones off, so what can be wrong with the topics is looked at before.
   *
   * @param verify looks at the topics through a fresh client; when it throws, nothing has changed
   * @param onFatal there is no way back from a failure behind that
   */
  async renew(
    verify: (client: KafkaOutput['client']) => Promise<void>,
    onFatal: (error: FatalError) => void,
  ): Promise<Outputs> {
    const fresh = await connectAll(this.options);
    try {
      await verify(fresh[0].client);
    } catch (error) {
      await this.closeAll(fresh);
      throw error;
    }
    const old = this.current;
    this.current = fresh;
    await this.init(fresh).catch((error: unknown) => {
      const failure = error instanceof FatalError ? error : temporary(messageOf(error), error);
      onFatal(failure);
      throw failure;
    });
    await this.closeAll(old);
    return fresh;
  }

  private async init(outputs: Outputs): Promise<void> {
    if (this.options.config.guarantee === 'exactly_once')
      await Promise.all(outputs.map((output) => output.initTransactions()));
  }

  private async closeAll(outputs: Outputs): Promise<void> {
    await Promise.all(outputs.map((output) => output.close()));
  }
}

async function connectAll({ config, log, io, native, consumer }: ProducersOptions): Promise<Outputs> {
  const connectOne = (producer: number): Promise<KafkaOutput> =>
    KafkaOutput.connect({
      properties: outputProperties(config, producer),
      topics: topicNames(config),
      transactionalId: transactionalIdOf(config, producer),
      transactionTimeoutMs: config.transaction.timeoutMs,
      ...{ io, native, consumer, log },
    });
  const further = config.guarantee === 'exactly_once' ? transactionalProducers - 1 : 0;
  const first = await connectOne(0);
  const others = await Promise.allSettled(Array.from({ length: further }, (_, at) => connectOne(at + 1)));
  const connected = [first, ...others.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))] as const;
  const failure = others.find((one) => one.status === 'rejected');
  if (failure === undefined) return connected;
  await Promise.all(connected.map((output) => output.close()));
  throw failure.reason;
}
