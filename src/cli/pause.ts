import type { Command } from 'commander';
import { controlExitCodes, withDaemon } from './control.js';
import { type ConfigurationOptions, withConfiguration } from './options.js';

/** `pause`: no new records, until `resume`. */
export function register(program: Command): void {
  withConfiguration(program.command('pause'))
    .description('have the running daemon take no new records; it answers once nothing is in flight any more')
    .addHelpText(
      'after',
      `\nIt keeps its partitions, and those that it is given are paused too. A restart ends a pause.\n\n${controlExitCodes}\n\nExample:\n  seatmapd pause -c /etc/seatmapd/seatmapd.yaml`,
    )
    .action(async (options: ConfigurationOptions) => {
      const { wasPaused } = await withDaemon(options, (client) => client.pause());
      process.stdout.write(wasPaused ? 'it was paused already\n' : 'paused: nothing is in flight\n');
    });
}
