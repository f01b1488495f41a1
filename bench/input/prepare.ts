import { FrameWriter } from '../../src/frames.js';
import type { Native } from '../../src/kafka/native.js';
import { createInputs, type Inputs } from '../../test/support/topics.js';
import { type FrameProducer, withFrameProducer } from '../kafka/frame-producer.js';
import { answer, type Model } from '../model.js';
import type { InputShape } from '../results.js';
import { Load } from './load.js';
import { RequestFrames, writeInit } from './records.js';

const batchBytes = 16_000_000;

/** A load, its right answers and the topics that it was produced to. */
export type PreparedInput = { readonly load: Load; readonly model: Model; readonly topics: Inputs };

/** Creates input topics and fills them: all init commands, then all requests. */
export async function prepareBacklog(
  native: Native,
  bootstrapServers: string,
  shape: InputShape,
): Promise<PreparedInput> {
  const load = new Load(shape);
  const topics = await createInputs(bootstrapServers, shape.partitions);
  await produceInits(native, bootstrapServers, topics, load);
  const frames = new RequestFrames(load);
  await withBulkProducer(native, bootstrapServers, (producer) =>
    produceEach(producer, topics.requests, shape.requests, (index, writer) => frames.write(index, writer)),
  );
  return { load, model: answer(load), topics };
}

/** Creates input topics and produces the init commands alone. */
export async function prepareSections(native: Native, bootstrapServers: string, load: Load): Promise<PreparedInput> {
  const topics = await createInputs(bootstrapServers, load.shape.partitions);
  await produceInits(native, bootstrapServers, topics, load);
  return { load, model: answer(load), topics };
}

const produceInits = (native: Native, bootstrapServers: string, topics: Inputs, load: Load): Promise<void> =>
  withBulkProducer(native, bootstrapServers, (producer) =>
    produceEach(producer, topics.init, load.shape.sections, (index, writer) => writeInit(load, index, writer)),
  );

export const withBulkProducer = (
  native: Native,
  bootstrapServers: string,
  work: (producer: FrameProducer) => Promise<void>,
): Promise<void> => {
  const properties = { 'compression.codec': 'lz4', 'linger.ms': 20, 'batch.size': 1_000_000 } as const;
  return withFrameProducer(native, { 'bootstrap.servers': bootstrapServers, ...properties }, work);
};

async function produceEach(
  producer: FrameProducer,
  topic: string,
  count: number,
  write: (index: number, writer: FrameWriter) => void,
): Promise<void> {
  const writer = new FrameWriter(batchBytes);
  for (let index = 0; index < count; index++) {
    write(index, writer);
    if (writer.sizeBytes > batchBytes * 0.9) await producer.produce(topic, writer.take());
  }
  await producer.produce(topic, writer.take());
}
