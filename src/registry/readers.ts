import { compile, type RecordType } from '../../workers/avro.js';
import { Transcoder } from '../../workers/transcoder.js';
import { isUndecodable } from '../../workers/undecodable.js';
import { type SchemaName, schemas } from '../schemas.js';
import { HEADER_BYTES, NO_HEADER, schemaIdAt } from './header.js';
import type { RegisteredSchema } from './registry.js';
import { writesTheSame } from './writer-schema.js';

/** The most writers' schemas that are remembered; beyond it all are asked for again. */
const MOST_IDS = 1_000;

/** A value of one of our schemas, bare Avro: which, and its bytes. */
export type BareValue<Name extends SchemaName> = { readonly name: Name; readonly bytes: Buffer };
type Reading<Name extends SchemaName> = { readonly name: Name; readonly transcoder: Transcoder | undefined } | Error;

/** Reads framed values of any writer as bare values of one of our schemas, by the first of them that the writer's resolves to. */
export class Readers<Name extends SchemaName> {
  private readonly types: ReadonlyMap<Name, RecordType>;
  private readonly readings = new Map<number, Reading<Name>>();

  constructor(
    private readonly lookUp: (id: number) => Promise<RegisteredSchema>,
    names: readonly Name[],
  ) {
    this.types = new Map(names.map((name) => [name, compile(name)]));
  }

  /** @throws Error when the value has no header, its schema does not resolve to ours, or it is damaged */
  read(value: Buffer): BareValue<Name> | Promise<BareValue<Name>> {
    const id = schemaIdAt(new DataView(value.buffer, value.byteOffset, value.length), 0, value.length);
    if (id === NO_HEADER) throw new Error('the value has no header of a schema registry');
    const reading = this.readings.get(id);
    return reading === undefined ? this.learn(id).then((one) => bare(one, value)) : bare(reading, value);
  }

  private async learn(id: number): Promise<Reading<Name>> {
    const reading = this.readingOf(id, await this.lookUp(id));
    if (this.readings.size >= MOST_IDS) this.readings.clear();
    this.readings.set(id, reading);
    return reading;
  }

  private readingOf(id: number, schema: RegisteredSchema): Reading<Name> {
    if ('code' in schema) return new Error(schema.reason);
    let reason: unknown;
    for (const [name, type] of this.types) {
      if (writesTheSame(schema.text, schemas[name])) return { name, transcoder: undefined };
      try {
        return { name, transcoder: new Transcoder(type, schema.text) };
      } catch (error) {
        reason = error;
      }
    }
    return new Error(`values of schema ${id} are none of ${[...this.types.keys()].join(', ')}`, { cause: reason });
  }
}

function bare<Name extends SchemaName>(reading: Reading<Name>, value: Buffer): BareValue<Name> {
  if (reading instanceof Error) throw reading;
  const { name, transcoder } = reading;
  if (transcoder === undefined) return { name, bytes: value.subarray(HEADER_BYTES) };
  const bytes = transcoder.transcode(value, HEADER_BYTES, value.length);
  if (isUndecodable(bytes)) throw new Error(bytes.undecodable);
  return { name, bytes };
}
