import type { OwnIds, OwnSchema, SchemaUse } from './own-schemas.js';
import type { SchemaFile } from './schema-file.js';

/** What a start can do with while the registry is away. */
export type KeptSchemas = {
  readonly ids: OwnIds;
  readonly learnt: readonly { readonly id: number; readonly text: string }[];
};

/** What an earlier process kept, if it is of the very schemas and subjects of now, the outputs' at least. */
export function keptSchemas(file: SchemaFile, own: Readonly<Record<SchemaUse, OwnSchema>>): KeptSchemas | undefined {
  const kept = file.read();
  const idOf = (use: SchemaUse): number | undefined =>
    kept.own.find(({ subject, text }) => subject === own[use].subject && text === own[use].text)?.id;
  const [init, requests, results, status] = [idOf('init'), idOf('requests'), idOf('results'), idOf('status')];
  if (results === undefined || status === undefined) return undefined;
  return { ids: { init, requests, results, status }, learnt: kept.learnt };
}
