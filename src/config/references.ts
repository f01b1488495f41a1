import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { messageOf } from '../errors.js';
import type { SchemaMistake } from './mistakes.js';
import { isPlain } from './overrides.js';
import { isSecretKey } from './secrets.js';
import { dotted, type Path } from './shape.js';

/** The sections whose values may be given as references. */
const SECTIONS: readonly Path[] = [
  ['kafka', 'client'],
  ['kafka', 'consumer'],
  ['kafka', 'producer'],
  ['avro', 'registry'],
];

/** The largest file that is read as a property's value: a chain of certificates and a key have some 10 kB. */
const LONGEST_BYTES = 65_536;

const EXPECTED = 'expected a value, { file: /path } or { credential: name }';

/** What stands in place of a value whose file can't be read, so that its key is not reported as missing besides. */
const UNREAD = 'unread';

/** Why a reference can't be read, as a mistake of the configuration. */
class Unreadable extends Error {}

export interface ReadReferences {
  readonly mistakes: readonly SchemaMistake[];
  /** The dotted paths of the properties whose values were read from files. */
  readonly paths: ReadonlySet<string>;
}

/**
 * Replaces, in the plain objects of a configuration, each librdkafka property and each value of avro.registry that is given
 * as `{ file: /path }`, or as `{ credential: name }` (a file of that name in systemd's `$CREDENTIALS_DIRECTORY`), by what the
 * file says. One line end at the end of the file is left out.
 */
export function readReferences(input: unknown, environment: NodeJS.ProcessEnv): ReadReferences {
  const mistakes: SchemaMistake[] = [];
  const paths = new Set<string>();
  for (const { path: sectionPath, properties } of referring(input)) {
    for (const [property, value] of Object.entries(properties)) {
      if (!isPlain(value)) continue;
      const path = [...sectionPath, property];
      paths.add(dotted(path));
      try {
        properties[property] = contents(fileOf(value, environment), isSecretKey(path));
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        properties[property] = UNREAD;
        mistakes.push({ path, text: error.message, about: 'value' });
      }
    }
  }
  return { mistakes, paths };
}

/** Those that there are, as plain objects. */
function referring(input: unknown): { readonly path: Path; readonly properties: Record<string, unknown> }[] {
  return SECTIONS.flatMap((path) => {
    let properties = input;
    for (const key of path) properties = isPlain(properties) ? properties[key] : undefined;
    return isPlain(properties) ? [{ path, properties }] : [];
  });
}

function fileOf(reference: Readonly<Record<string, unknown>>, environment: NodeJS.ProcessEnv): string {
  const { file, credential } = reference;
  const [name] = Object.values(reference);
  if (Object.keys(reference).length !== 1 || typeof name !== 'string' || name === '') throw new Unreadable(EXPECTED);
  if (file !== undefined) {
    if (!isAbsolute(name)) throw new Unreadable('expected an absolute path of the file');
    return name;
  }
  if (credential === undefined) throw new Unreadable(EXPECTED);
  if (!/^(?!\.{1,2}$)[A-Za-z0-9._-]+$/.test(name))
    throw new Unreadable('expected a credential\'s name: letters, digits, ".", "_" and "-" only');
  const directory = environment.CREDENTIALS_DIRECTORY;
  if (directory === undefined || directory === '')
    throw new Unreadable(
      `the credential ${name} is not there: $CREDENTIALS_DIRECTORY, which systemd sets for a unit with LoadCredential=${name}:…, is not set`,
    );
  return join(directory, name);
}

function contents(file: string, isSecret: boolean): string {
  const bytes = read(file, isSecret);
  if (!isUtf8(bytes) || bytes.includes(0)) throw new Unreadable(`${file} is no text (UTF-8 without NUL)`);
  const text = bytes.toString().replace(/\r?\n$/, '');
  if (text === '') throw new Unreadable(`${file} is empty`);
  return text;
}

function read(file: string, isSecret: boolean): Buffer {
  const descriptor = attempt(file, () => openSync(file, constants.O_RDONLY | constants.O_NONBLOCK));
  try {
    // The file that is looked at is the one that is read, whatever its name means meanwhile.
    const { size, mode } = fstatSync(descriptor);
    if ((mode & constants.S_IFMT) !== constants.S_IFREG) throw new Unreadable(`${file} is no regular file`);
    if (size > LONGEST_BYTES) throw new Unreadable(`${file} has ${size} bytes, more than ${LONGEST_BYTES}`);
    if (isSecret && (mode & 0o007) !== 0)
      throw new Unreadable(
        `${file} is open to every user of the machine (mode ${(mode & 0o777).toString(8).padStart(4, '0')}): chmod o= ${file}`,
      );
    return attempt(file, () => readFileSync(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

function attempt<Result>(file: string, call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    throw new Unreadable(`${file} can't be read: ${messageOf(error)}`);
  }
}
