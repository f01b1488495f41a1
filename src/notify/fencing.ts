import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExitCode, type FatalError, needsPerson } from '../errors.js';

const mostFencings = 3;
const withinMs = 3_600_000;

/**
 * Two instances of one name fence each other in turn, for each restart is the newer one. So the third time within an hour
 * is a case for a person (78), and the other one goes on undisturbed. The times are kept in systemd's runtime directory
 * (RuntimeDirectoryPreserve=restart), which is gone after a stop: a start by hand begins anew. Without one each is a 76.
 */
export function limitFencing(
  error: FatalError,
  { RUNTIME_DIRECTORY }: Readonly<Record<string, string | undefined>>,
  nowMs: number,
): FatalError {
  const [directory] = (RUNTIME_DIRECTORY ?? '').split(':');
  if (error.exitCode !== ExitCode.fenced || directory === undefined || directory === '') return error;
  const file = join(directory, 'fenced');
  const times = [...timesIn(file).filter((timeMs) => nowMs - timeMs < withinMs), nowMs];
  try {
    writeFileSync(file, JSON.stringify(times), { mode: 0o600 });
  } catch {
    // What can't be counted is not limited.
    return error;
  }
  if (times.length < mostFencings) return error;
  return needsPerson(
    `${error.message}. It was fenced ${times.length} times within an hour, so it is not tried again: end the other instance or give it a name of its own, then start this one`,
    error,
  );
}

function timesIn(file: string): number[] {
  try {
    const times: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(times) ? times.filter((time): time is number => typeof time === 'number') : [];
  } catch {
    return [];
  }
}
