/**
 * seatmapd/client: what an application needs to read section-status and to ask for seats. Main thread only, as
 * node-rdkafka is. docs/CLIENT.md tells how to use it.
 */
export type { Long, ReservationResult } from '../../workers/avro.js';
export { FatalError } from '../errors.js';
export type { Properties } from '../kafka/properties.js';
export { type RegistryCodecOptions, registryCodec } from './registry-codec.js';
export { type RegistryOptions, RegistryStatusDecoder } from './registry-status-decoder.js';
export {
  type OutcomeOptions,
  ReservationClient,
  type ReservationClientOptions,
  type ReservationTopics,
  type ReserveOptions,
  type SeatsWanted,
  type SectionWanted,
} from './reservation-client.js';
export { bareCodec, type ReservationCodec } from './reservation-codec.js';
export {
  NotAcknowledgedError,
  NotWrittenError,
  OutcomeUnknownError,
  TooManyInFlightError,
} from './reservation-errors.js';
export type { SectionCount, SectionUpdate } from './section-count.js';
export {
  SectionStatusCache,
  type SectionStatusCacheOptions,
  type SectionStatusCacheStatistics,
} from './section-status-cache.js';
export type { Delivery } from './sender.js';
export { bareDecoder, type StatusDecoder, type StatusPayload } from './status-decoder.js';
