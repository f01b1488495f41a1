import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../test/support/kafka-jars.js';
import { temporaryFolder } from '../../test/support/temporary.js';
import type { Edit, Variant } from './variant.js';

/** What the simulator runs on. */
const copied = ['package.json', 'tsconfig.json', 'schemas', 'src', 'workers', 'sim', 'test/support'];

/** A copy of the project with the variant's changes. @throws when they do not fit the code any more */
export function applyVariant({ name, edits }: Variant): string {
  const folder = temporaryFolder(`variant-${name}`);
  for (const path of copied) cpSync(join(projectRoot, path), join(folder, path), { recursive: true });
  symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
  for (const edit of edits) applyEdit(name, folder, edit);
  return folder;
}

function applyEdit(name: string, folder: string, { file, find, replace }: Edit): void {
  const path = join(folder, file);
  const text = readFileSync(path, 'utf8');
  const parts = text.split(find);
  if (parts.length !== 2)
    throw new Error(`variant ${name}: its text occurs ${parts.length - 1} times in ${file}, and not once:\n${find}`);
  writeFileSync(path, parts.join(replace));
}
