import type { Command } from 'commander';
import type { Long } from '../../../workers/avro.js';
import { eventId, whole } from '../../client/arguments.js';
import { needsPerson, temporary } from '../../errors.js';
import { isoTime, plural } from '../../state/format.js';
import { EventRemoval } from '../../state/removal.js';
import { Summary, tableHead, tableLine } from '../../state/section-table.js';
import { isDamaged, type StoredEntry } from '../../state/sections.js';
import { type ConfigurationOptions, loadFrom, withConfiguration } from '../options.js';
import { printLines } from './output.js';

interface RemoveOptions extends ConfigurationOptions {
  readonly yes?: true;
  readonly timeout: number;
}

/** `state remove`. */
export function register(state: Command): void {
  withConfiguration(state.command('remove'))
    .description(
      "remove a finished event's sections: from changelog, stores and status topic; without --yes only say which",
    )
    .argument('<event>', "the event's id", eventId)
    .option('--yes', 'remove them')
    .option('--timeout <seconds>', 'how long to wait until it has happened', whole(0), 30)
    .addHelpText(
      'after',
      '\nIt sends a command for each section to the init topic, which the daemons carry out in its turn, running or when they\n' +
        'start. A request for a removed section is then rejected as one for an unknown section.\n' +
        '\nExit codes: 0 removed, or shown what would be, 75 sent but not carried out in time, 78 nothing to remove, or a mistake.\n' +
        '\nExamples:\n' +
        '  seatmapd state remove 1 -c seatmapd.yaml\n' +
        '  seatmapd state remove 1 --yes -c seatmapd.yaml\n',
    )
    .action((event: Long, options: RemoveOptions) => remove(event, options));
}

async function remove(event: Long, options: RemoveOptions): Promise<void> {
  const { config } = loadFrom(options);
  const removal = await EventRemoval.prepare(config, event);
  try {
    const entries = removal.remaining;
    if (entries.length === 0)
      throw needsPerson(`The changelog has no section of event ${event}: there is nothing to remove.`);
    await printLines(describe(entries));
    if (options.yes !== true) {
      process.stdout.write('nothing was removed: --yes removes them\n');
      return;
    }
    await removal.send();
    if (!(await removal.isDone(options.timeout * 1_000)))
      throw temporary(
        `The commands are sent, and ${plural(removal.remaining.length, 'section')} of event ${event} are there still after ${options.timeout} s: is a daemon running that owns them? They are removed when it gets to the commands.`,
      );
    process.stdout.write(`removed: ${plural(entries.length, 'section')} of event ${event}\n`);
  } finally {
    await removal.close();
  }
}

function* describe(entries: readonly StoredEntry[]): Generator<string> {
  const summary = new Summary();
  let latestMs = 0;
  yield tableHead;
  for (const entry of entries) {
    if (isDamaged(entry)) {
      yield `partition ${entry.partition}, ${entry.key}: ${entry.problem}`;
      continue;
    }
    summary.add(entry);
    latestMs = Math.max(latestMs, entry.lastTimestampMs);
    yield tableLine(entry);
  }
  yield `${summary}; last changed at ${isoTime(latestMs)}`;
}
