import type { Command } from 'commander';
import { controlExitCodes, withDaemon } from './control.js';
import { type ConfigurationOptions, withConfiguration } from './options.js';

/** `resume`: the end of a pause. */
export function register(program: Command): void {
  withConfiguration(program.command('resume'))
    .description('have the running daemon go on after a pause; the topics are looked at first')
    .addHelpText(
      'after',
      `\nResults, status and dead letters may have been made anew with other partitions meanwhile. With something\nwrong it says what (78) and stays paused.\n\n${controlExitCodes}\n\nExample:\n  seatmapd resume -c /etc/seatmapd/seatmapd.yaml`,
    )
    .action(async (options: ConfigurationOptions) => {
      const { wasPaused } = await withDaemon(options, (client) => client.resume());
      process.stdout.write(wasPaused ? 'resumed\n' : 'it was not paused\n');
    });
}
