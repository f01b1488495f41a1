import type { Expected } from '../../test/support/expected.js';
import { fullStatusCodec, sectionKey, statusCodec } from '../../test/support/wire.js';
import type { LoggedRecord, PartitionLog } from '../cluster/partition-log.js';
import type { Scenario } from '../scenario.js';
import { checkPartition } from './answers.js';
import type { Problems } from './problems.js';

export type StatusRules = Pick<Scenario['settings'], 'emit' | 'payload'> & {
  /** at_least_once: statuses may come again, the last one as of the section's last change. */
  readonly repeats: boolean;
  /** Some were republished: as they last changed, whatever was rejected since. */
  readonly republished: boolean;
  /** Two instances wrote at the same time, and nothing fences them: an older status may have come last. */
  readonly overlapped: boolean;
  /** Sections that are not judged. */
  readonly uncertain: ReadonlySet<string>;
};

/** The last status of each section is the model's count; those before it are the model's, in its order. */
export function checkStatuses(
  logs: readonly PartitionLog[],
  { statuses }: Expected,
  rules: StatusRules,
  problems: Problems,
): void {
  const given = new Map<string, string[]>();
  for (const record of logs.flatMap((log) => log.committed())) {
    const { key, text } = describe(record, rules.payload);
    given.set(key, [...(given.get(key) ?? []), text]);
    checkPartition(record, logs.length, problems, 'statuses');
  }
  for (const [key, expected] of statuses) {
    if (rules.uncertain.has(key)) continue;
    const due = expected.map(({ availableCount, timestampMs }) => `${availableCount ?? none} at ${timestampMs}`);
    const replayed = new Set(expected.flatMap((one) => (one.isBehindRefusal ? [`${one.timestampMs}`] : [])));
    // Of a section that was removed the init that it refused before may be taken when it is read again.
    const isUncertain = (one: string): boolean => rules.repeats && replayed.has(one.split(' at ')[1] ?? '');
    checkSection(key, given.get(key) ?? [], due, rules, isUncertain, problems);
  }
  for (const key of given.keys()) if (!statuses.has(key)) problems.add('statuses', `${key} does not exist`);
}

function checkSection(
  key: string,
  given: readonly string[],
  due: readonly string[],
  { emit, repeats, overlapped, republished }: StatusRules,
  isUncertain: (status: string) => boolean,
  problems: Problems,
): void {
  const all = `${given.join('; ')} and not ${due.join('; ')}`;
  const isLast = republished || repeats ? countOf(given.at(-1)) === countOf(due.at(-1)) : given.at(-1) === due.at(-1);
  if (!isLast && !(overlapped && given.length > 0))
    problems.add('statuses', `the last status of ${key} is wrong: ${all}`);
  if (!given.every((one) => due.includes(one) || isUncertain(one)))
    problems.add('statuses', `${key} has statuses of its own: ${all}`);
  if (repeats) return;
  const isRight = emit === 'every' ? isWhole(given, due, republished) : isSubsequence(given, due, republished);
  if (!isRight) problems.add('statuses', `the statuses of ${key} are not the model's: ${all}`);
}

/** The count of a section that was removed: its status is a tombstone. */
const none = 'none';

function describe(record: LoggedRecord, payload: 'count' | 'full'): { key: string; text: string } {
  const { value } = record;
  if (value === null) return { key: String(record.key), text: `${none} at ${record.timestampMs}` };
  if (payload === 'full') {
    const status = fullStatusCodec.decode(value);
    const free = Object.values(status.seatStatuses).filter((one) => one === 'AVAILABLE').length;
    const count = free === status.availableCount ? `${free}` : `${status.availableCount} with ${free} free`;
    return { key: sectionKey(status), text: `${count} at ${record.timestampMs}` };
  }
  const status = statusCodec.decode(value);
  return { key: sectionKey(status), text: `${status.availableCount} at ${status.timestamp}` };
}

const countOf = (status: string | undefined): string | undefined => status?.split(' at ')[0];

/** Whether a status may be a republication behind the first `at` that were due: what the section had then, dated as before. */
const isAgain = (status: string, due: readonly string[], at: number): boolean =>
  countOf(status) === countOf(due[at - 1]) && due.slice(0, at).includes(status);

function isWhole(given: readonly string[], due: readonly string[], republished: boolean): boolean {
  let at = 0;
  for (const one of given) {
    if (one === due[at]) at += 1;
    else if (!republished || !isAgain(one, due, at)) return false;
  }
  return at === due.length;
}

function isSubsequence(given: readonly string[], due: readonly string[], republished: boolean): boolean {
  let at = 0;
  for (const one of given) {
    if (republished && isAgain(one, due, at)) continue;
    const found = due.indexOf(one, at);
    if (found < 0) return false;
    at = found + 1;
  }
  return true;
}
