import type { Schema } from 'avsc';
import type { Config } from '../config/schema.js';
import { type FatalError, messageOf, needsPerson, temporary } from '../errors.js';
import { type SchemaName, schemas } from '../schemas.js';
import { type Registry, RegistryRefusal } from './registry.js';
import { writesTheSame } from './writer-schema.js';

export type SchemaUse = 'init' | 'requests' | 'results' | 'status';

/** A schema of ours and the subject that it belongs to, `<topic>-value` (Confluent's TopicNameStrategy). */
export type OwnSchema = {
  readonly use: SchemaUse;
  readonly subject: string;
  readonly name: SchemaName;
  readonly schema: Schema;
  /** As it is registered. */
  readonly text: string;
};

/** The ids of our schemas. Those of the inputs may be unknown where they are only looked up: nothing is written with them. */
export type OwnIds = {
  readonly init: number | undefined;
  readonly requests: number | undefined;
  readonly results: number;
  readonly status: number;
};

/** What our schemas and their subjects depend on. */
export type SchemaConfig = {
  readonly topics: Pick<Config['topics'], SchemaUse>;
  readonly status: Pick<Config['status'], 'payload'>;
};

/** The four schemas that a configuration reads and writes with. */
export function ownSchemas(config: SchemaConfig): Record<SchemaUse, OwnSchema> {
  const { topics } = config;
  const own = (use: SchemaUse, name: SchemaName): OwnSchema => {
    const schema = schemas[name];
    return { use, name, schema, subject: `${topics[use]}-value`, text: JSON.stringify(schema) };
  };
  return {
    init: own('init', 'SectionInitCommand'),
    requests: own('requests', 'ReservationRequestedEvent'),
    results: own('results', 'ReservationCompletedEvent'),
    status: own('status', config.status.payload === 'full' ? 'SectionSeatState' : 'SectionStatusEvent'),
  };
}

/**
 * The id of one of our schemas: registered, or looked up. What was registered by Java's generated classes differs from
 * ours in its text, so of the subject's latest schema it is enough that it makes the same bytes.
 *
 * @returns undefined when it is to be looked up and is not there
 */
export async function idOf(registry: Registry, own: OwnSchema, autoRegister: boolean): Promise<number | undefined> {
  if (autoRegister) return registry.register(own.subject, own.text);
  const found = await registry.find(own.subject, own.text);
  if (found !== undefined) return found;
  const latest = await registry.latest(own.subject);
  return latest !== undefined && writesTheSame(latest.text, own.schema) ? latest.id : undefined;
}

/** As {@link idOf}. @throws FatalError (78) when the registry refuses; RegistryUnavailable */
export async function idOrFatal(
  registry: Registry,
  own: OwnSchema,
  { autoRegister, url }: Pick<Config['avro']['registry'], 'autoRegister' | 'url'>,
): Promise<number | undefined> {
  try {
    return await idOf(registry, own, autoRegister);
  } catch (error) {
    throw error instanceof RegistryRefusal ? refused(url, own, error) : error;
  }
}

/** A schema that is needed and not there. */
export const missing = (url: string, { subject, name }: OwnSchema): FatalError =>
  needsPerson(
    `the schema registry at ${url} has no schema under ${subject} that makes the bytes of ${name}: register schemas/${name}.avsc there, or set avro.registry.autoRegister`,
  );

/**
 * The ids of all four.
 * @throws FatalError (78) when the registry refuses one, or has none for an output; RegistryUnavailable
 */
export async function idsOf(
  registry: Registry,
  own: Readonly<Record<SchemaUse, OwnSchema>>,
  { autoRegister, url }: Config['avro']['registry'],
): Promise<OwnIds> {
  const settings = { autoRegister, url };
  const id = (use: SchemaUse): Promise<number | undefined> => idOrFatal(registry, own[use], settings);
  const output = async (use: 'results' | 'status'): Promise<number> => {
    const found = await id(use);
    if (found !== undefined) return found;
    throw missing(url, own[use]);
  };
  // One after the other: the first that is refused is the one that is named.
  return {
    init: await id('init'),
    requests: await id('requests'),
    results: await output('results'),
    status: await output('status'),
  };
}

const isAboutRights = ({ status }: RegistryRefusal): boolean => status === 401 || status === 403;

/** The sentence for a registry that says no. */
export function refused(url: string, { subject, name }: OwnSchema, error: RegistryRefusal): FatalError {
  const said = `the schema registry at ${url} refuses`;
  if (isAboutRights(error))
    return needsPerson(
      `${said} this client: check avro.registry's username, password or token: ${error.message}`,
      error,
    );
  if (error.status !== 409) return needsPerson(`${said} ${name} under ${subject}: ${error.message}`, error);
  return needsPerson(
    `${said} ${name} under ${subject}, for it is not compatible with what is registered there. A status topic that held the other payload takes the compatibility NONE for this subject (docs/OPERATIONS.md, "Schema registry"); otherwise another application writes this topic: ${error.message}`,
    error,
  );
}

/** A registry that is away ends what can't begin without it. */
export const unavailable = (url: string, error: unknown): FatalError =>
  temporary(`the schema registry at ${url} is not available: ${messageOf(error)}`, error);
