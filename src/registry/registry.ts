/** What a registry knows of an id: the schema's text, or why there is none to read values with. */
export type RegisteredSchema =
  | { readonly text: string }
  | { readonly code: 'unknownSchema' | 'incompatibleSchema'; readonly reason: string };

/** The registry gives no answer that counts: it is away, overloaded, or refuses this client. It may pass by itself. */
export class RegistryUnavailable extends Error {
  override readonly name = 'RegistryUnavailable';
}

/** The registry understood, and said no: another answer takes another schema, or a person. */
export class RegistryRefusal extends Error {
  override readonly name = 'RegistryRefusal';

  constructor(
    message: string,
    /** HTTP's: 401 and 403 are about who asks, 409 about compatibility, 404 about what is not there, 422 about the schema. */
    readonly status: number,
    /** Of Confluent's API, as 40403 for a schema that is not there. */
    readonly errorCode: number,
  ) {
    super(message);
  }
}

/** A schema registry, as far as it is needed here. Every call rejects with one of the errors above. */
export interface Registry {
  /** Registers a schema, or finds it registered already. @returns its id */
  register(subject: string, schema: string): Promise<number>;
  /** The id of a schema that is registered under the subject, word for word; undefined when it is not. */
  find(subject: string, schema: string): Promise<number | undefined>;
  /** The latest schema of the subject; undefined when there is none. */
  latest(subject: string): Promise<{ readonly id: number; readonly text: string } | undefined>;
  /** The schema with an id. */
  schema(id: number): Promise<RegisteredSchema>;
}

/** What can be asked of a registry before anything is registered in it. Every call rejects as those above. */
export interface RegistryPreview extends Registry {
  /** Whether the registry would take a schema as the subject's next, by the compatibility set for it; true for a new subject. */
  isCompatible(subject: string, schema: string): Promise<boolean>;
  /** `READWRITE` where schemas can be registered; undefined where the registry tells nothing of it. */
  mode(subject: string): Promise<string | undefined>;
}
