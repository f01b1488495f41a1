import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { fsyncPath } from '../../workers/durable-file.js';
import { messageOf, needsPerson } from '../errors.js';

const offset = z.int().min(0);

/** What a backup holds. It is written last: a folder without it is no backup. */
const manifestSchema = z.strictObject({
  format: z.literal(1),
  application: z.string(),
  /** Empty where no store knew it. */
  clusterId: z.string(),
  createdAt: z.iso.datetime(),
  partitions: z.array(
    z.strictObject({
      partition: z.int().min(0),
      sizeBytes: z.int().min(1),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      sections: z.int().min(0),
      /** The input offsets that the images stand for; without them, only the changelog knows. */
      positions: z.strictObject({ init: offset, requests: offset }).optional(),
      /** Where in the changelog what is newer begins; without it, at its beginning. */
      changelogPosition: offset.optional(),
    }),
  ),
});

export type Manifest = z.output<typeof manifestSchema>;
export type PartitionCopy = Manifest['partitions'][number];

const manifestName = 'manifest.json';

/** The folder of a partition's copy; the file has LMDB's own name in it. */
export const copyFolder = (backup: string, partition: number): string => join(backup, String(partition));

export function writeManifest(backup: string, manifest: Manifest): void {
  const path = join(backup, manifestName);
  const partial = `${path}.new`;
  writeFileSync(partial, `${JSON.stringify(manifestSchema.parse(manifest), undefined, 2)}\n`, { mode: 0o600 });
  fsyncPath(partial);
  renameSync(partial, path);
  fsyncPath(backup);
}

/** @throws FatalError (78) when the folder is no whole backup */
export function readManifest(backup: string): Manifest {
  const path = join(backup, manifestName);
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw needsPerson(`${backup} is not a whole backup: ${path}: ${reason}`, error);
  }
}
