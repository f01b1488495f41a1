import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import type { Configuration } from '../../support/configuration.js';

const binary = { encoding: 'binary', keyEncoding: 'binary' } as const;

/** What a store holds besides images. */
export type StoreMark = {
  readonly positions: { readonly init: number; readonly requests: number };
  readonly changelogPosition: number;
};

/** Where an instance's store keeps a partition. */
export const partitionFolder = ({ stateDirectory }: Configuration, application: string, partition: number): string =>
  join(stateDirectory, application, String(partition));

/** The folders of an instance's partitions. */
export const partitionFolders = ({ stateDirectory }: Configuration, application: string): string[] =>
  readdirSync(join(stateDirectory, application))
    .filter((name) => /^\d+$/.test(name))
    .map((name) => join(stateDirectory, application, name));

/** Reads a partition's environment beside whoever has it open. */
function reading<T>(path: string, work: (environment: RootDatabase<Buffer, Buffer>) => T): T {
  const environment = open<Buffer, Buffer>({ ...binary, path, readOnly: true, noSubdir: false, maxDbs: 2 });
  try {
    return work(environment);
  } finally {
    void environment.close();
  }
}

/** The images in an instance's stores, by their keys. */
export function storedImages(configuration: Configuration, application: string): Map<string, Buffer> {
  const images = new Map<string, Buffer>();
  for (const path of partitionFolders(configuration, application)) {
    reading(path, (environment) => {
      const database = environment.openDB<Buffer, Buffer>({ ...binary, name: 'images' });
      for (const { key, value } of database.getRange()) images.set(key.toString(), Buffer.from(value));
    });
  }
  return images;
}

/** The marks of an instance's stores, by partition; those without one are left out. */
export function storeMarks(configuration: Configuration, application: string): Map<number, StoreMark> {
  const marks = new Map<number, StoreMark>();
  for (const path of partitionFolders(configuration, application)) {
    const mark = reading(path, (environment) =>
      environment.openDB<Buffer, Buffer>({ ...binary, name: 'meta' }).getBinary(Buffer.from('mark')),
    );
    if (mark !== undefined) marks.set(Number(basename(path)), JSON.parse(mark.toString()) as StoreMark);
  }
  return marks;
}
