import { messageOf } from '../errors.js';
import type { Schemas } from '../pipeline/schemas.js';
import type { Slots } from '../slots/slots.js';
import type { LearnedSchema } from '../slots/tasks.js';
import { type LookupOptions, lookUp } from './lookup.js';
import type { SchemaFile } from './schema-file.js';

export type LearnerOptions = LookupOptions & { readonly slots: Slots; readonly file: SchemaFile };

/** Asks the registry for writers' schemas, and tells every slot. */
export class Learner implements Schemas {
  constructor(private readonly options: LearnerOptions) {}

  async learn(ids: readonly number[]): Promise<void> {
    const { slots, log } = this.options;
    const found = await lookUp(ids, this.options);
    if (found === undefined) return;
    const schemas = [...found].map(([id, schema]): LearnedSchema => ({ id, ...schema }));
    const usable = schemas.flatMap((schema) => ('text' in schema ? [{ id: schema.id, text: schema.text }] : []));
    const refused = schemas.filter((schema) => 'code' in schema);
    if (usable.length > 0) log.info('schemaLearnt', { ids: shown(usable), schemas: usable.length });
    if (refused.length > 0)
      log.warn(
        'schemaRefused',
        { ids: shown(refused), schemas: refused.length },
        `records with these schemas go to the dead letters: ${refused[0]?.reason}`,
      );
    if (usable.length > 0) this.keep(usable);
    await Promise.all(Array.from({ length: slots.count }, (_, slot) => slots.run(slot, { kind: 'learn', schemas })));
  }

  /** Without the file a restart needs the registry, no more. */
  private keep(usable: readonly { readonly id: number; readonly text: string }[]): void {
    try {
      this.options.file.addLearnt([...usable]);
    } catch (error) {
      this.options.log.warn('schemasNotKept', {}, messageOf(error));
    }
  }
}

const shown = (schemas: readonly { readonly id: number }[]): number[] => schemas.slice(0, 20).map(({ id }) => id);
