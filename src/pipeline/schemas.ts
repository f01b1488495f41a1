import { assert, FatalError, internal, messageOf } from '../errors.js';
import { AbortableError } from '../kafka/failure.js';

/** A batch has records whose writers' schemas the slots don't know; they are computed again when they do. */
export class UnknownSchemas extends AbortableError {
  constructor(readonly ids: readonly number[]) {
    super(`schemas have to be learnt first: ${ids.slice(0, 10).join(', ')}`);
  }
}

/** Makes writers' schemas known to the slots. */
export interface Schemas {
  /**
   * Resolves once every slot knows what the registry says of these ids; a registry that is away is waited for. Given up
   * only at the process's end.
   */
  learn(ids: readonly number[]): Promise<void>;
}

/** @throws FatalError when it can't be done */
export async function teach(schemas: Schemas | undefined, ids: readonly number[]): Promise<void> {
  try {
    assert(schemas !== undefined, 'there is a registry where values bear ids');
    await schemas.learn(ids);
  } catch (error) {
    throw error instanceof FatalError ? error : internal(`schemas can't be learnt: ${messageOf(error)}`, error);
  }
}
