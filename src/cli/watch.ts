import { constants } from 'node:os';
import { type Command, Option } from 'commander';
import type { Long } from '../../workers/avro.js';
import { eventId, whole } from '../client/arguments.js';
import { type SortKey, sortKeys } from '../watch/selection.js';
import { type ConfigurationOptions, loadFrom, withConfiguration } from './options.js';

const defaultIntervalMs = 5_000;
const defaultLimit = 20;

interface WatchOptions extends ConfigurationOptions {
  readonly sort: SortKey;
  readonly reverse?: boolean;
  readonly filter: string;
  readonly json?: boolean;
  readonly once?: boolean;
  readonly intervalMs: number;
  readonly limit: number;
}

/** `watch`: the sections of the status topic as a live board. */
export function register(program: Command): void {
  withConfiguration(program.command('watch'))
    .description(
      "show the sections' seats as they are sold: a live board, snapshots where there is no terminal, or JSON",
    )
    .argument('[event]', "the event's id; without one the sections of all events", eventId)
    .addOption(
      new Option('--sort <by>', 'fewest seats left, fastest sale, or fullest section first; or by name')
        .choices(sortKeys)
        .default('name'),
    )
    .option('--reverse', 'the other way round')
    .option('--filter <text>', 'only sections whose name contains it, whatever the case', '')
    .option(
      '--json',
      'a line of JSON for each section, then for each update; a slow reader gets the latest of each section',
    )
    .option('--once', 'show what there is and end')
    .option('--interval-ms <n>', 'between two snapshots', whole(100, 86_400_000), defaultIntervalMs)
    .option('--limit <n>', 'most sections of a snapshot', whole(0), defaultLimit)
    .addHelpText(
      'after',
      "\nThe number of seats is that of the section's image in the changelog. Where that can't be read,\n" +
        '≥ stands before the largest count that was seen. seats/s are those that went away, statuses/s the records that came.\n' +
        '\nKeys: ↑ ↓ PgUp PgDn Home End scroll, s order, r reverse, / filter, q quit.\n' +
        'Exit codes: 0 ended by a key, by --once, or by a pipe that was closed, 75 no broker answers, 78 a mistake.\n\nExamples:\n' +
        '  seatmapd watch 1 -c seatmapd.yaml\n' +
        '  seatmapd watch --sort rate --filter balcony\n' +
        "  seatmapd watch 1 --json --once | jq -r 'select(.availableCount == 0) | .section'\n",
    )
    .action((event: Long | undefined, options: WatchOptions) => watch(event, options));
}

async function watch(event: Long | undefined, options: WatchOptions): Promise<void> {
  const { config } = loadFrom(options);
  // The addon is loaded by those who ask only: `--help` registers every verb.
  const { openWatch } = await import('../watch/open.js');
  const { sort, filter, intervalMs, limit } = options;
  const { watch, close } = await openWatch(
    config,
    {
      ...{ eventId: event, sort, filter, intervalMs, limit },
      isReversed: options.reverse === true,
      isJson: options.json === true,
      isOnce: options.once === true,
    },
    { stdin: process.stdin, stdout: process.stdout, environment: process.env },
  );
  const onSignal = (signal: NodeJS.Signals): void => {
    process.exitCode = 128 + constants.signals[signal];
    watch.stop();
  };
  // The reader of a pipe has seen enough.
  process.stdout.on('error', () => watch.stop());
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    await watch.run(options.once === true);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
    await close();
  }
}
