import { offsetsOf, replicationOf, type TopicDescription, underReplicatedOf } from './topic-description.js';

/** Shown even where they are the brokers' defaults. */
const shownConfigs = ['cleanup.policy', 'min.insync.replicas', 'retention.ms'];

/** Topics and group lags as two tables for people, each line with its end. */
export function descriptionTable(topics: readonly TopicDescription[]): string {
  const groups = topics.flatMap(({ name, groups }) => groups.map((lag) => ({ name, ...lag })));
  const sections = [
    table(
      ['TOPIC', 'PARTITIONS', 'REPLICATION', 'IN SYNC', 'RECORDS', 'CONFIGURATION'],
      topics.map((topic) => [
        topic.name,
        count(topic.partitions.length),
        count(replicationOf(topic)),
        inSync(topic),
        `≤ ${count(offsetsOf(topic))}`,
        configs(topic),
      ]),
    ),
    groups.length === 0
      ? 'No consumer group has committed an offset of them.\n'
      : table(
          ['GROUP', 'STATE', 'TOPIC', 'LAG', 'PARTITIONS BEHIND'],
          groups.map(({ group, state, name, lag, partitionsBehind }) => [
            ...[group, state, name],
            ...[count(lag), count(partitionsBehind)],
          ]),
        ),
  ];
  return sections.join('\n');
}

const count = (value: number): string => value.toLocaleString('en-US');

function inSync(topic: TopicDescription): string {
  const lacking = underReplicatedOf(topic);
  return lacking === 0 ? 'all' : `${count(lacking)} partitions lack one`;
}

/** `retention.ms` says nothing of a topic that is only compacted. */
function configs({ configs, ownConfigs }: TopicDescription): string {
  const isDeleting = (configs['cleanup.policy'] ?? '').includes('delete');
  const shown = shownConfigs.filter((name) => name !== 'retention.ms' || isDeleting);
  const further = Object.keys(ownConfigs).filter((name) => !shownConfigs.includes(name));
  return [...shown, ...further.sort()].map((name) => `${name}=${configs[name] ?? '(hidden)'}`).join(' ');
}

/** Columns as wide as their widest cell, two spaces between them, none at a line's end. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  return [head, ...rows]
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
