import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Schema } from 'avsc';

/** The records of the wire contract and of `state export`, without their namespace. */
export type SchemaName =
  | 'SectionInitCommand'
  | 'ReservationRequestedEvent'
  | 'ReservationCompletedEvent'
  | 'SectionStatusEvent'
  | 'SectionSeatState'
  | 'SectionState';

/** The folder of the package: the first upwards that holds a package.json, from source and from `dist` alike. */
function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

function load(): Readonly<Record<SchemaName, Schema>> {
  const folder = join(packageFolder(), 'schemas');
  const read = (name: SchemaName): Schema => JSON.parse(readFileSync(join(folder, `${name}.avsc`), 'utf8'));
  return {
    SectionInitCommand: read('SectionInitCommand'),
    ReservationRequestedEvent: read('ReservationRequestedEvent'),
    ReservationCompletedEvent: read('ReservationCompletedEvent'),
    SectionStatusEvent: read('SectionStatusEvent'),
    SectionSeatState: read('SectionSeatState'),
    SectionState: read('SectionState'),
  };
}

/** The Avro schemas of `schemas/*.avsc` as JSON, by record name; read once, when this module is loaded. */
export const schemas = load();
