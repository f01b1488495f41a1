import {
  accessSync,
  constants,
  readdirSync,
  readFileSync,
  readlinkSync,
  type Stats,
  statfsSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf } from '../errors.js';
import { type Finding, hindrance, mistake, ok, warning } from './finding.js';

/** Less than this is worth a warning: the changelog's tail, a store set aside and a compaction need room. */
const LOW_BYTES = 1_073_741_824;
/** Less than this is a full disk. */
const FULL_BYTES = 1_048_576;

/** The state directory of an application: whether a start could use it, whether another process does, and the room on its disk. */
export function stateFindings(stateDirectory: string, application: string): Finding[] {
  const directory = join(stateDirectory, application);
  const present = nearest(directory);
  return [folderFinding(directory, present), roomFinding(present)];
}

/** The folder itself, or the nearest one above it that is there. */
function nearest(directory: string): string {
  let present = directory;
  while (statusOf(present) === undefined && present !== dirname(present)) present = dirname(present);
  return present;
}

/** A path below a file is no folder either: it is told by the file. */
function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function folderFinding(directory: string, present: string): Finding {
  const subject = `state ${directory}`;
  const status = statSync(present);
  if (!status.isDirectory()) return mistake(subject, `${present} is no folder: change state.directory`);
  try {
    accessSync(present, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    return mistake(
      subject,
      `${present} can't be written (${messageOf(error)}): make it the service's own, or change state.directory`,
    );
  }
  if (present !== directory) return ok(subject, 'is not there yet; a start makes it');
  const holder = holderOf(directory);
  if (holder !== undefined)
    return warning(subject, `held by process ${holder}, which runs now: a second one there would end with 78`);
  const uid = process.geteuid?.();
  if (uid !== undefined && status.uid !== uid)
    return warning(
      subject,
      `belongs to user ${status.uid} and this check runs as ${uid}: run it as the service's user, with sudo -u`,
    );
  return ok(subject, 'writable, its own, not in use');
}

/**
 * The process that has the lock's file open, if it is the one that wrote its pid there. The lock itself is not tried: a daemon that
 * starts at that moment would find it held.
 */
function holderOf(directory: string): number | undefined {
  const file = join(directory, 'lock');
  try {
    const pid = Number(readFileSync(file, 'utf8').trim());
    const descriptors = `/proc/${pid}/fd`;
    const isOpen = readdirSync(descriptors).some((name) => linkOf(join(descriptors, name)) === file);
    return isOpen ? pid : undefined;
  } catch {
    // No lock was ever taken, or its process has ended, or is another user's.
    return undefined;
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function roomFinding(present: string): Finding {
  const { bavail, blocks, bsize } = statfsSync(present);
  const freeBytes = bavail * bsize;
  const free = `${(freeBytes / 1_073_741_824).toFixed(1)} GiB are free, ${Math.floor((100 * bavail) / blocks)} %`;
  const subject = `disk of ${present}`;
  if (freeBytes < FULL_BYTES) return hindrance(subject, `${free}: it is full`);
  return freeBytes < LOW_BYTES ? warning(subject, `${free}: make room`) : ok(subject, free);
}
