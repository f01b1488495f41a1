import { default as avro, type Schema, type Type } from 'avsc';

type TypeHook = (schema: Schema) => Type | undefined;

/** Defaults are the reader's business, and avsc refuses some of a writer's that Java lets pass. */
const withoutDefaults = (key: string, value: unknown): unknown => (key === 'default' ? undefined : value);

/** Compiles a schema from a registry, to read what its writer wrote. @throws Error when it is none that avsc takes */
export function compileWriter(text: string, typeHook?: TypeHook): Type {
  const schema = JSON.parse(text, withoutDefaults) as Schema;
  return avro.Type.forSchema(schema, { omitRecordMethods: true, ...(typeHook === undefined ? {} : { typeHook }) });
}

/**
 * Whether a registered schema makes the same bytes as ours: both have the same parsing canonical form. They may differ in
 * documentation, defaults, aliases and further properties, such as the `avro.java.string` of Java's generated classes.
 */
export function writesTheSame(text: string, ours: Schema): boolean {
  try {
    return compileWriter(text)
      .fingerprint()
      .equals(compileWriter(JSON.stringify(ours)).fingerprint());
  } catch {
    return false;
  }
}
