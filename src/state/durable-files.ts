import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { FatalError, isDiskFull, messageOf, needsPerson, temporary } from '../errors.js';

/** The SHA-256 of a file's bytes, in hexadecimal digits. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** What ends the process when files can't be written: a full disk passes (75), other reasons need a person (78). */
export function fileFailure(what: string, error: unknown): FatalError {
  if (error instanceof FatalError) return error;
  const sentence = `${what}: ${messageOf(error)}`;
  return isDiskFull(error) ? temporary(`${sentence}; make room on the disk`, error) : needsPerson(sentence, error);
}
