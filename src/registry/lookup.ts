import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../errors.js';
import type { Log } from '../log.js';
import { type RegisteredSchema, type Registry, RegistryRefusal } from './registry.js';

/** Requests under way at a time. */
const PARALLEL = 8;
/** A registry that is away is asked again after the first, then after twice as long, up to the last. */
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 5_000;
/** How often it is told that a registry is still away. */
const REMIND_MS = 30_000;
/** A registry of several nodes may hear of a new schema a moment after its writer did, so a no counts when it was repeated. */
const NOES = 3;
const NO_RETRY_MS = 200;

export type LookupOptions = {
  readonly registry: Registry;
  readonly url: string;
  readonly log: Log;
  /** Ends what is under way; then nothing is returned. */
  readonly signal: AbortSignal;
};

/**
 * What the registry says of each id. Only its own word that an id does not exist counts as no; anything else that is no
 * answer is waited out, with a line in the log at once and every half minute.
 *
 * @returns undefined when the signal came first
 */
export async function lookUp(
  ids: readonly number[],
  options: LookupOptions,
): Promise<ReadonlyMap<number, RegisteredSchema> | undefined> {
  const found = new Map<number, RegisteredSchema>();
  const outage = new Outage(options, ids.length);
  const queue = ids.values();
  const work = async (): Promise<void> => {
    for (const id of queue) found.set(id, await persistently(id, options, outage));
  };
  try {
    await Promise.all(Array.from({ length: Math.min(PARALLEL, ids.length) }, work));
  } catch (error) {
    if (options.signal.aborted) return undefined;
    throw error;
  }
  outage.end();
  return found;
}

async function persistently(
  id: number,
  { registry, signal }: LookupOptions,
  outage: Outage,
): Promise<RegisteredSchema> {
  let retryMs = FIRST_RETRY_MS;
  for (let noes = 0; ; ) {
    signal.throwIfAborted();
    try {
      const schema = await registry.schema(id);
      if ('text' in schema || schema.code !== 'unknownSchema') return schema;
      noes += 1;
      if (noes >= NOES) return schema;
      retryMs = NO_RETRY_MS;
    } catch (error) {
      signal.throwIfAborted();
      // A refusal, too, is no word about the schema: the password may be new.
      outage.note(error);
    }
    await sleep(retryMs, undefined, { signal });
    retryMs = Math.min(LAST_RETRY_MS, 2 * retryMs);
  }
}

/** Tells of a registry that is away, and that it is back. */
class Outage {
  private sinceMs: number | undefined;
  private toldMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly options: LookupOptions,
    private readonly schemas: number,
  ) {}

  note(error: unknown): void {
    const nowMs = performance.now();
    this.sinceMs ??= nowMs;
    if (nowMs - this.toldMs < REMIND_MS) return;
    this.toldMs = nowMs;
    const { log, url } = this.options;
    const why = error instanceof RegistryRefusal ? 'refuses this client' : 'is not available';
    log.warn(
      'registryUnavailable',
      { url, schemas: this.schemas, waitedMs: Math.round(nowMs - this.sinceMs) },
      `the schema registry ${why}, and records wait for schemas that are not known yet; nothing is lost: ${messageOf(error)}`,
    );
  }

  end(): void {
    if (this.sinceMs === undefined) return;
    const waitedMs = Math.round(performance.now() - this.sinceMs);
    this.options.log.info('registryAvailable', { url: this.options.url, waitedMs });
  }
}
