import { assert, messageOf } from '../src/errors.js';
import type { InputTopic } from '../src/frames.js';
import { writesTheSame } from '../src/registry/writer-schema.js';
import { schemas } from '../src/schemas.js';
import type { SlotFraming } from '../src/slots/settings.js';
import type { DeadLetterCode, LearnedSchema } from '../src/slots/tasks.js';
import { compile } from './avro.js';
import { Transcoder } from './transcoder.js';

/** Why a record becomes a dead letter. */
export type Refusal = { readonly code: DeadLetterCode; readonly reason: string };

/** How values of an id are read: as they are, for the schema makes the same bytes as ours; or transcoded; or not at all. */
export type Reading = 'ours' | Transcoder | Refusal;

type Known = { readonly schema: LearnedSchema; readonly readings: Map<InputTopic, Reading> };

const names = ['SectionInitCommand', 'ReservationRequestedEvent'] as const;
const readers = names.map((name) => compile(name));

/** The writers' schemas that a slot knows, and what reads each of them; made when it is first met in a topic. */
export class Writers {
  private readonly known = new Map<number, Known>();

  constructor(private readonly framing: Pick<SlotFraming, 'known' | 'mostIds'>) {
    this.learn([]);
  }

  isKnown(id: number): boolean {
    return this.known.has(id);
  }

  /**
   * Beyond the limit all but ours and these are forgotten, and learnt again where they are met: those of one batch always
   * fit, so that it can be carried out.
   */
  learn(schemas: readonly LearnedSchema[]): void {
    if (this.known.size + schemas.length > this.framing.mostIds) this.known.clear();
    for (const schema of [...this.framing.known, ...schemas]) {
      if (!this.known.has(schema.id)) this.known.set(schema.id, { schema, readings: new Map() });
    }
  }

  reading(topic: InputTopic, id: number): Reading {
    const known = this.known.get(id);
    assert(known !== undefined, `schema ${id} was learnt before the batch`);
    const before = known.readings.get(topic);
    if (before !== undefined) return before;
    const reading = readingOf(topic, known.schema);
    known.readings.set(topic, reading);
    return reading;
  }
}

function readingOf(topic: InputTopic, schema: LearnedSchema): Reading {
  if ('code' in schema) return schema;
  const name = names[topic];
  if (writesTheSame(schema.text, schemas[name])) return 'ours';
  try {
    return new Transcoder(readers[topic]!, schema.text);
  } catch (error) {
    const reason = `values of schema ${schema.id} can't be read as ${name}: ${messageOf(error)}`;
    return { code: 'incompatibleSchema', reason };
  }
}
