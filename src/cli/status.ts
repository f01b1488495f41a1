import type { Command } from 'commander';
import type { PartitionState, Snapshot } from '../control/snapshot.js';
import { controlExitCodes, withDaemon } from './control.js';
import { type ConfigurationOptions, withConfiguration } from './options.js';

type StatusOptions = ConfigurationOptions & { readonly json?: boolean };

/** `status`: what a running daemon is at. */
export function register(program: Command): void {
  withConfiguration(program.command('status'))
    .description('show what the running daemon is at: life cycle, partitions, lag, what is in flight, the last error')
    .option('--json', 'print it as JSON; times are milliseconds')
    .addHelpText(
      'after',
      `\n${controlExitCodes}\n\nExamples:\n  seatmapd status -c /etc/seatmapd/seatmapd.yaml\n  seatmapd status --json | jq .lag.total`,
    )
    .action(async (options: StatusOptions) => {
      const snapshot = await withDaemon(options, (client) => client.status());
      process.stdout.write(`${options.json === true ? JSON.stringify(snapshot) : tableOf(snapshot)}\n`);
    });
}

/** For people: what concerns the process, then its partitions. */
export function tableOf(snapshot: Snapshot): string {
  const { application, instance, version, pid, guarantee, lifeCycle, partitions, restoring, standingBy } = snapshot;
  const { lag, batchesInFlight, lastError, configuration } = snapshot;
  const others = [
    restoring.length > 0 ? `, restoring ${restoring.length}` : '',
    standingBy.length > 0 ? `, standing by for ${standingBy.length}` : '',
  ].join('');
  const lines: [string, string][] = [
    [
      'seatmapd',
      `${version}, ${application}/${instance}, pid ${pid}, up ${durationOf(snapshot.uptimeMs)}, ${guarantee}`,
    ],
    ['state', `${lifeCycle.state} since ${timeOf(lifeCycle.sinceMs)}`],
    ['partitions', `${partitions.length}${others}`],
    [
      'lag',
      lag === null ? 'not known: the brokers do not answer' : `${grouped(lag.total)}, ${grouped(lag.max)} at most`,
    ],
    ['in flight', `${batchesInFlight} batches`],
    [
      'configuration',
      `version ${configuration.version} of ${timeOf(configuration.loadedAtMs)}, ${configuration.file ?? 'no file'}, log.level ${configuration.logLevel}`,
    ],
    ['last error', lastError === null ? 'none' : `${timeOf(lastError.atMs)} ${lastError.event}: ${lastError.sentence}`],
  ];
  const head = lines.map(([name, text]) => `${name.padEnd(14)} ${text}`);
  return [...head, ...partitionLines(partitions)].join('\n');
}

function partitionLines(partitions: readonly PartitionState[]): string[] {
  if (partitions.length === 0) return [];
  const rows = partitions.map(({ partition, init, requests }) =>
    [partition, init.committed, init.lag, requests.committed, requests.lag].map((value) =>
      value === null ? '?' : grouped(value),
    ),
  );
  const titles = ['partition', 'init', 'lag', 'requests', 'lag'];
  const widths = titles.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const lineOf = (row: readonly string[]): string => row.map((text, at) => text.padStart(widths[at] ?? 0)).join('  ');
  return ['', lineOf(titles), ...rows.map(lineOf)];
}

const grouped = (value: number): string => value.toLocaleString('en');
const timeOf = (ms: number): string => new Date(ms).toISOString();

function durationOf(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3_600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}
