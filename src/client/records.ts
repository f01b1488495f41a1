import {
  compile,
  isPlain,
  type RecordType,
  type ReservationRequest,
  type ReservationResult,
  type SectionInit,
  type SectionStatus,
} from '../../workers/avro.js';

const INIT = compile('SectionInitCommand');
const REQUEST = compile('ReservationRequestedEvent');
const RESULT = compile('ReservationCompletedEvent');
const STATUS = compile('SectionStatusEvent');

const encode = (type: RecordType, isPlainValue: boolean, value: object): Buffer =>
  (isPlainValue ? type.plain : type.wide).toBuffer(value);

/** A value of the init topic, bare Avro. */
export const encodeInit = (init: SectionInit): Buffer => encode(INIT, isPlain(init.eventId), init);

/** A value of the requests topic, bare Avro. */
export const encodeRequest = (request: ReservationRequest): Buffer =>
  encode(REQUEST, isPlain(request.eventId) && isPlain(request.timestamp), request);

/** The answer in a value of the results topic. @throws Error when the bytes are none */
export const decodeResult = (value: Buffer): ReservationResult => RESULT.wide.fromBuffer(value) as ReservationResult;

/** The count in a value of the status topic (`status.payload: count`). @throws Error when the bytes are none */
export const decodeStatus = (value: Buffer): SectionStatus => STATUS.wide.fromBuffer(value) as SectionStatus;
