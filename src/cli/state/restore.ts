import { resolve } from 'node:path';
import type { Command } from 'commander';
import { describeBackup } from '../../state/backup-text.js';
import { restoreBackup } from '../../state/restoration.js';
import { type ConfigurationOptions, loadFrom, withConfiguration } from '../options.js';

/** `state restore`. */
export function register(state: Command): void {
  withConfiguration(state.command('restore'))
    .description('put a backup in the place of a state that is gone, while the daemon is stopped')
    .argument('<folder>', 'what `state backup` made')
    .addHelpText(
      'after',
      '\nIt replaces no store. What happened since the backup the daemon takes from the changelog when it starts.\n' +
        '\nExit codes: 0 restored, 75 the disk is full, 78 a daemon runs, there is a state, the backup is not whole, or a mistake.\n' +
        '\nExample:\n  seatmapd state restore /var/backups/seatmapd/2026-11-24 -c seatmapd.yaml\n',
    )
    .action(async (folder: string, options: ConfigurationOptions) => {
      const { config } = loadFrom(options);
      const manifest = await restoreBackup(config, resolve(folder));
      process.stdout.write(
        `${describeBackup(manifest)}\nrestored; the daemon takes what is newer from the changelog\n`,
      );
    });
}
