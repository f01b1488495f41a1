import type { Command } from 'commander';
import { compactStores } from '../../state/compaction.js';
import { grouped } from '../../state/format.js';
import { type ConfigurationOptions, loadFrom, withConfiguration } from '../options.js';
import { warnOf } from './output.js';

/** `state compact`. */
export function register(state: Command): void {
  withConfiguration(state.command('compact'))
    .description("give the disk back what this host's stores no longer use, while the daemon is stopped")
    .addHelpText(
      'after',
      '\nLMDB uses free pages again, but never gives them back. It takes room for a copy of the largest store.\n' +
        '\nExit codes: 0 compacted, 1 a store can not be read, 75 the disk is full, 78 a daemon runs, or a mistake.\n' +
        '\nExample:\n  seatmapd state compact -c seatmapd.yaml\n',
    )
    .action((options: ConfigurationOptions) => compact(options));
}

async function compact(options: ConfigurationOptions): Promise<void> {
  const { config } = loadFrom(options);
  const sum = { before: 0, after: 0 };
  for await (const done of compactStores(config)) {
    if ('reason' in done) {
      warnOf({ unreadable: [done] });
      continue;
    }
    sum.before += done.beforeBytes;
    sum.after += done.afterBytes;
    process.stdout.write(
      `partition ${done.partition}: ${grouped(done.beforeBytes)} → ${grouped(done.afterBytes)} bytes\n`,
    );
  }
  process.stdout.write(`all: ${grouped(sum.before)} → ${grouped(sum.after)} bytes\n`);
}
