import { resolve } from 'node:path';
import type { Command } from 'commander';
import { backUp } from '../../state/backup.js';
import { describeBackup } from '../../state/backup-text.js';
import { type ConfigurationOptions, loadFrom, withConfiguration } from '../options.js';

/** `state backup`. */
export function register(state: Command): void {
  withConfiguration(state.command('backup'))
    .description("copy this host's stores, each as of one moment, beside a running daemon")
    .argument('<folder>', 'where to; empty, or not there yet')
    .addHelpText(
      'after',
      '\nEvery image is read again in the copy, and manifest.json, which is written last, has sizes, checksums and positions.\n' +
        'Do not suspend it while it copies: the store of a running daemon grows meanwhile.\n' +
        '\nExit codes: 0 backed up, 75 the disk is full, 78 the folder is not empty, a store can not be read, or a mistake.\n' +
        '\nExample:\n  seatmapd state backup /var/backups/seatmapd/2026-11-24 -c seatmapd.yaml\n',
    )
    .action(async (folder: string, options: ConfigurationOptions) => {
      const { config } = loadFrom(options);
      const target = resolve(folder);
      process.stdout.write(`${describeBackup(await backUp(config, target))}\nbacked up to ${target}\n`);
    });
}
