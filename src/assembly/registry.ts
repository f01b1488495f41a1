import { messageOf } from '../errors.js';
import type { Log } from '../log.js';
import { batchLimit } from '../pipeline/batch-limit.js';
import { HttpRegistry } from '../registry/http-registry.js';
import { type KeptSchemas, keptSchemas } from '../registry/kept-schemas.js';
import { Learner } from '../registry/learner.js';
import { idsOf, type OwnIds, ownSchemas, type SchemaUse, unavailable } from '../registry/own-schemas.js';
import { RegistryUnavailable } from '../registry/registry.js';
import { SchemaFile } from '../registry/schema-file.js';
import type { SlotFraming } from '../slots/settings.js';
import type { Slots } from '../slots/slots.js';
import type { LearnedSchema } from '../slots/tasks.js';
import type { Foundation } from './parts.js';

/** Ids that the slots remember at the least. */
const FEWEST_IDS = 1_000;

/** The registry as the process uses it: what the slots begin with, and what teaches them more. */
export type RegistryParts = {
  readonly framing: SlotFraming;
  learner(slots: Slots): Learner;
};

/**
 * With avro.framing: confluent, asks the registry for the ids of our schemas. A registry that is away is done without
 * where an earlier process kept what it said.
 *
 * @throws FatalError (75) when it is away and nothing is known, (78) when it refuses
 */
export async function openRegistry(foundation: Foundation, stateDirectory: string): Promise<RegistryParts | undefined> {
  const { config, log, closers } = foundation;
  if (config.avro.framing === 'none') return undefined;
  const { registry: settings } = config.avro;
  const { url } = settings;
  const ending = new AbortController();
  closers.add(() => ending.abort());
  const registry = new HttpRegistry(settings, ending.signal);
  const file = new SchemaFile(stateDirectory, url);
  const own = ownSchemas(config);
  const { ids, learnt } = await idsFrom(registry, file, foundation, own);
  const inputs = [own.init, own.requests].flatMap(({ use, text }): LearnedSchema[] => {
    const id = ids[use];
    return id === undefined ? [] : [{ id, text }];
  });
  return {
    framing: {
      resultsId: ids.results,
      statusId: ids.status,
      known: [...inputs, ...learnt],
      mostIds: Math.max(FEWEST_IDS, batchLimit(config)) + learnt.length + inputs.length,
    },
    learner: (slots) => new Learner({ registry, url, log, file, slots, signal: ending.signal }),
  };
}

type Own = ReturnType<typeof ownSchemas>;

async function idsFrom(
  registry: HttpRegistry,
  file: SchemaFile,
  { config, log }: Foundation,
  own: Own,
): Promise<KeptSchemas> {
  const { registry: settings } = config.avro;
  try {
    const ids = await idsOf(registry, own, settings);
    keep(file, own, ids, log);
    return { ids, learnt: [] };
  } catch (error) {
    if (!(error instanceof RegistryUnavailable)) throw error;
    const kept = keptSchemas(file, own);
    if (kept === undefined) throw unavailable(settings.url, error);
    log.warn(
      'registryUnavailable',
      { url: settings.url, schemas: 0, waitedMs: 0 },
      `the schema registry is not available; what it said before is used: ${messageOf(error)}`,
    );
    return kept;
  }
}

const uses: readonly SchemaUse[] = ['init', 'requests', 'results', 'status'];

/** Without the file a restart needs the registry, no more. */
function keep(file: SchemaFile, own: Own, ids: OwnIds, log: Log): void {
  const known = uses.flatMap((use) => {
    const id = ids[use];
    return id === undefined ? [] : [{ subject: own[use].subject, text: own[use].text, id }];
  });
  try {
    file.writeOwn(known);
  } catch (error) {
    log.warn('schemasNotKept', {}, messageOf(error));
  }
}
