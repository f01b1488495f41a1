import { default as avro, type Resolver, type Type } from 'avsc';
import { messageOf } from '../src/errors.js';
import { compileWriter } from '../src/registry/writer-schema.js';
import { type RecordType, wideLongs } from './avro.js';
import { viewOf } from './bytes.js';
import { bytesFollow, reasonOf, type Undecodable } from './undecodable.js';
import { type Walk, walkOf } from './walk.js';

/** Reads values of another writer's schema by Avro's rules of schema resolution, and writes them as values of ours. */
export class Transcoder {
  private readonly fields: readonly { readonly name: string; readonly walk: Walk }[];
  private readonly resolver: Resolver;
  private readonly reader: Type;

  /** @throws Error when values of the writer's schema can't be read as ours, or not safely */
  constructor({ wide }: RecordType, writerSchema: string) {
    const writer = compileWriter(writerSchema, wideLongs);
    if (!(writer instanceof avro.types.RecordType)) throw new Error('the schema is no record');
    this.reader = wide;
    // Avro compares the names of records without their namespaces.
    this.resolver = wide.createResolver(writer, { ignoreNamespaces: true });
    this.fields = writer.fields.map(({ name, type }) => ({ name, walk: walkOf(type) }));
  }

  /** Bytes [start, end) as a value of ours, in bytes of its own; never throws, reads nothing beyond `end`. */
  transcode(buffer: Buffer, start: number, end: number): Buffer | Undecodable {
    const view = viewOf(buffer);
    let at = start;
    for (const { name, walk } of this.fields) {
      const next = walk(view, at, end, 0);
      if (next < 0) return { undecodable: reasonOf(name, next) };
      at = next;
    }
    if (at !== end) return { undecodable: bytesFollow(end - at) };
    try {
      const { value, offset }: { value: unknown; offset: number } = this.reader.decode(buffer, start, this.resolver);
      return offset === end
        ? this.reader.toBuffer(value)
        : { undecodable: 'the value does not end where its bytes do' };
    } catch (error) {
      return { undecodable: messageOf(error) };
    }
  }
}
