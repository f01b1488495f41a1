import type { ReservationRequest, ReservationResult, SectionInit } from '../../workers/avro.js';
import { decodeResult, encodeInit, encodeRequest } from './records.js';

/** Writes commands and requests, reads answers. One that has to ask a schema registry returns promises. */
export interface ReservationCodec {
  encodeInit(init: SectionInit): Buffer | Promise<Buffer>;
  encodeRequest(request: ReservationRequest): Buffer | Promise<Buffer>;
  /** @throws Error when the bytes are no answer */
  decodeResult(value: Buffer): ReservationResult | Promise<ReservationResult>;
}

/** Bare Avro (`avro.framing: none`). */
export const bareCodec: ReservationCodec = { encodeInit, encodeRequest, decodeResult };
