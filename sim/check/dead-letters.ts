import type { Expected } from '../../test/support/expected.js';
import { topicNames } from '../cluster/cluster.js';
import type { PartitionLog } from '../cluster/partition-log.js';
import type { Problems } from './problems.js';

/** Where the records lie that became dead letters, as `topic-partition@offset`. */
export const readDeadLetters = (logs: readonly PartitionLog[]): string[] =>
  logs
    .flatMap((log) => log.committed())
    .map(({ headers: { topic, partition, offset } }) => placeOf(topic, partition, offset));

const placeOf = (topic: string | undefined, partition: unknown, offset: unknown): string =>
  `${topic}-${partition}@${offset}`;

/** One dead letter for each record that can't be answered; with `repeats` at least one. */
export function checkDeadLetters(
  given: readonly string[],
  { deadLetters }: Expected,
  repeats: boolean,
  problems: Problems,
): void {
  const due = deadLetters.map(({ side, record }) => placeOf(topicNames[side], record.partition, record.offset));
  const counted = repeats ? [...new Set(given)] : [...given];
  if (counted.sort().join() !== due.sort().join()) problems.add('deadLetters', `they are ${counted} and not ${due}`);
}
