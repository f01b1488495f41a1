import { Argument, type Command } from 'commander';
import { type LogLevel, logLevels } from '../log-level.js';
import { controlExitCodes, withDaemon } from './control.js';
import { type ConfigurationOptions, withConfiguration } from './options.js';

/** `log-level`: what a running daemon writes, until its next restart or a reload that changes it. */
export function register(program: Command): void {
  withConfiguration(program.command('log-level'))
    .description('set the level of the running daemon’s log, until it restarts or log.level is reloaded')
    .addArgument(new Argument('<level>', 'the least severe level that is written').choices(logLevels))
    .addHelpText(
      'after',
      `\n${controlExitCodes}\n\nExample:\n  seatmapd log-level debug -c /etc/seatmapd/seatmapd.yaml`,
    )
    .action(async (level: LogLevel, options: ConfigurationOptions) => {
      const { previous } = await withDaemon(options, (client) => client.logLevel(level));
      process.stdout.write(`${level} (it was ${previous})\n`);
    });
}
