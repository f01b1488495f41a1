import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isDiskFull, messageOf, needsPerson, temporary } from './errors.js';

/** flock(1)'s own exit code for a lock that is held. */
const heldStatus = 1;

/** An exclusive hold on the state of one application on this host, until `release` or the process's end. */
export type StateLock = { readonly directory: string; release(): void };

/**
 * Locks `<state.directory>/<application>`. Node has no flock(2); util-linux's flock(1) locks the open file that it
 * inherits, and the lock stays with this process's descriptor: the kernel lets go of it however the process ends.
 *
 * @throws FatalError (78) when another process holds it, whose pid is named, or when the folder can't be written
 */
export function lockState(stateDirectory: string, application: string): StateLock {
  const directory = join(stateDirectory, application);
  const file = open(directory);
  const { status, error, stderr } = spawnSync('flock', ['--exclusive', '--nonblock', '3'], {
    stdio: ['ignore', 'ignore', 'pipe', file],
    encoding: 'utf8',
  });
  if (error !== undefined)
    throw needsPerson(`flock(1) of util-linux is needed to lock ${directory}: ${messageOf(error)}`, error);
  if (status === heldStatus) {
    const pid = readFileSync(join(directory, 'lock'), 'utf8').trim();
    throw needsPerson(
      `the state in ${directory} is held by another process (pid ${pid}): stop it, or give this instance its own state.directory`,
    );
  }
  if (status !== 0) throw needsPerson(`${directory} can't be locked: ${stderr.trim()}`);
  writePid(directory, file);
  return { directory, release: () => closeSync(file) };
}

function open(directory: string): number {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    // One that was there may be open to others.
    if ((statSync(directory).mode & 0o077) !== 0) chmodSync(directory, 0o700);
    return openSync(join(directory, 'lock'), 'a+', 0o600);
  } catch (error) {
    throw notWritten(directory, error);
  }
}

/** For whoever finds the lock held. */
function writePid(directory: string, file: number): void {
  try {
    truncateSync(join(directory, 'lock'));
    writeSync(file, `${process.pid}\n`, 0);
  } catch (error) {
    closeSync(file);
    throw notWritten(directory, error);
  }
}

function notWritten(directory: string, error: unknown): Error {
  const what = `the state directory ${directory} can't be written (${messageOf(error)})`;
  if (isDiskFull(error)) return temporary(`${what}: make room on the disk`, error);
  return needsPerson(`${what}: make it the service's own, or change state.directory`, error);
}
