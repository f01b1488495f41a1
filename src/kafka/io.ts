import type Kafka from 'node-rdkafka';
import type { Native } from './native.js';
import { PackedSink } from './packed-sink.js';
import { PackedSource } from './packed-source.js';
import type { RecordSink } from './record-sink.js';
import type { RecordSource, RecordSourceOptions } from './record-source.js';
import { StandardSink } from './standard-sink.js';
import { StandardSource } from './standard-source.js';

/** How records pass between librdkafka and JavaScript (`io`). */
export type Io = { readonly kind: 'standard' } | { readonly kind: 'packed'; readonly native: Native };

export const recordSource = (io: Io, options: RecordSourceOptions<Kafka.KafkaConsumer>): RecordSource =>
  io.kind === 'packed' ? new PackedSource(io.native, options) : new StandardSource(options);

export const recordSink = (io: Io, producer: Kafka.Producer): RecordSink =>
  io.kind === 'packed' ? new PackedSink(io.native, producer) : new StandardSink(producer);
