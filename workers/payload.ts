import { FrameCursor, type InputTopic } from '../src/frames.js';
import { HEADER_BYTES, NO_HEADER, schemaIdAt } from '../src/registry/header.js';
import type { SlotFraming } from '../src/slots/settings.js';
import type { BatchPart, LearnedSchema } from '../src/slots/tasks.js';
import { viewOf } from './bytes.js';
import { isUndecodable } from './undecodable.js';
import { type Refusal, Writers } from './writers.js';

const noBytes: Buffer = Buffer.alloc(0);

/** Finds a record's value as bare Avro of our schema, between `start` and `end` of `buffer`. One serves all of a slot's. */
export interface Payload {
  readonly buffer: Buffer;
  /** Of `buffer`. */
  readonly view: DataView;
  readonly start: number;
  readonly end: number;
  /** Moves to the frame's value, which there is. @returns why it can't be read, or undefined */
  open(frame: FrameCursor): Refusal | undefined;
  /** Ids of schemas that frames of the batch bear and that have to be learnt first. */
  unknownIds(buffer: Buffer, parts: readonly BatchPart[]): number[];
  learn(schemas: readonly LearnedSchema[]): void;
}

/** avro.framing: none. */
class BarePayload implements Payload {
  buffer = noBytes;
  view = viewOf(noBytes);
  start = 0;
  end = 0;

  open(frame: FrameCursor): undefined {
    this.buffer = frame.buffer;
    this.view = frame.view;
    this.start = frame.valueStart;
    this.end = frame.valueEnd;
  }

  unknownIds(): number[] {
    return [];
  }

  learn(): void {}
}

/** avro.framing: confluent. */
class ConfluentPayload implements Payload {
  buffer = noBytes;
  view = viewOf(noBytes);
  start = 0;
  end = 0;
  private readonly writers: Writers;
  /** By topic, the latest id whose values need no transcoding: nearly always that of the next record. */
  private readonly latestOfOurs: [init: number, requests: number] = [NO_HEADER, NO_HEADER];

  constructor(framing: SlotFraming) {
    this.writers = new Writers(framing);
  }

  open(frame: FrameCursor): Refusal | undefined {
    const { valueStart, valueEnd } = frame;
    const topic = frame.topic as InputTopic;
    const id = schemaIdAt(frame.view, valueStart, valueEnd);
    if (id === NO_HEADER) return { code: 'undecodable', reason: 'the value has no header of a schema registry' };
    if (id !== this.latestOfOurs[topic]) {
      const reading = this.writers.reading(topic, id);
      if (reading !== 'ours') {
        if ('code' in reading) return reading;
        const transcoded = reading.transcode(frame.buffer, valueStart + HEADER_BYTES, valueEnd);
        if (isUndecodable(transcoded)) return { code: 'undecodable', reason: transcoded.undecodable };
        this.moveTo(transcoded, viewOf(transcoded), 0, transcoded.length);
        return undefined;
      }
      this.latestOfOurs[topic] = id;
    }
    this.moveTo(frame.buffer, frame.view, valueStart + HEADER_BYTES, valueEnd);
    return undefined;
  }

  unknownIds(buffer: Buffer, parts: readonly BatchPart[]): number[] {
    const unknown = new Set<number>();
    let latest = NO_HEADER;
    for (const { start, end } of parts) {
      const frame = new FrameCursor(buffer, start, end);
      while (frame.advance()) {
        const id = schemaIdAt(frame.view, frame.valueStart, frame.valueEnd);
        if (id === latest) continue;
        latest = id;
        if (id !== NO_HEADER && !this.writers.isKnown(id)) unknown.add(id);
      }
    }
    return [...unknown];
  }

  learn(schemas: readonly LearnedSchema[]): void {
    this.writers.learn(schemas);
    this.latestOfOurs.fill(NO_HEADER);
  }

  private moveTo(buffer: Buffer, view: DataView, start: number, end: number): void {
    this.buffer = buffer;
    this.view = view;
    this.start = start;
    this.end = end;
  }
}

export const payloadOf = (framing: SlotFraming | undefined): Payload =>
  framing === undefined ? new BarePayload() : new ConfluentPayload(framing);
