import { ExitCode } from '../errors.js';
import type { Io } from '../kafka/io.js';
import { loadNative, type Native } from '../kafka/native.js';
import type { Foundation } from './parts.js';

/** The addon, whichever way records pass; undefined, with a warning, where there is none. */
export function openNative({ log }: Foundation): Native | undefined {
  const native = loadNative();
  if (!('unavailable' in native)) {
    native.tuneAllocator();
    return native;
  }
  log.warn(
    'nativeUnavailable',
    { exitCode: ExitCode.drained },
    `the native addon is not available (${native.unavailable}): records pass as with io: standard, which is slower; the cluster's id and the topics' configurations are not verified, a lost assignment is not told from one taken in order, and with the classic protocol the instance is a static member of its group`,
  );
  return undefined;
}

/** How records pass: packed where that is asked for and possible. */
export const ioOf = ({ config }: Foundation, native: Native | undefined): Io =>
  native !== undefined && config.io === 'packed' ? { kind: 'packed', native } : { kind: 'standard' };
