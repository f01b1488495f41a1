import { topicNames } from '../config/schema.js';
import type { Io } from '../kafka/io.js';
import type { KafkaInput } from '../kafka/kafka-input.js';
import { KafkaOutput } from '../kafka/kafka-output.js';
import type { Native } from '../kafka/native.js';
import { outputProperties, transactionalIdOf, transactionalProducers } from '../kafka/properties.js';
import type { Foundation } from './parts.js';

/** The producers: transactional ones take turns; at_least_once has one. `consumer` is asked once a transaction is begun. */
export async function connectOutputs(
  { config, log, closers }: Foundation,
  io: Io,
  native: Native | undefined,
  consumer: () => KafkaInput['client'],
): Promise<[KafkaOutput, ...KafkaOutput[]]> {
  const connectOutput = async (producer: number): Promise<KafkaOutput> => {
    const output = await KafkaOutput.connect({
      properties: outputProperties(config, producer),
      topics: topicNames(config),
      transactionalId: transactionalIdOf(config, producer),
      transactionTimeoutMs: config.transaction.timeoutMs,
      ...{ io, native, consumer, log },
    });
    closers.add(() => output.close());
    return output;
  };
  const further = config.guarantee === 'exactly_once' ? transactionalProducers - 1 : 0;
  const first = await connectOutput(0);
  return [first, ...(await Promise.all(Array.from({ length: further }, (_, at) => connectOutput(at + 1))))];
}
