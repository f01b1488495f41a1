import type { Command } from 'commander';
import { ExitCode } from '../errors.js';
import type { Republished } from '../pipeline/republisher.js';
import { controlExitCodes, withDaemon } from './control.js';
import { type ConfigurationOptions, withConfiguration } from './options.js';

/** `republish`: every section's count once more. */
export function register(program: Command): void {
  withConfiguration(program.command('republish'))
    .description(
      'have the running daemon send the status of every section that it has; it answers once all are committed',
    )
    .addHelpText(
      'after',
      `\nOf several instances each sends what it owns: ask each of them. It works in a pause, too.\n\n${controlExitCodes}\n\nExample:\n  seatmapd republish -c /etc/seatmapd/seatmapd.yaml`,
    )
    .action(async (options: ConfigurationOptions) => {
      const republished = await withDaemon(options, (client) => client.republish());
      process.stdout.write(`${sentenceOf(republished)}\n`);
      if (republished.revoked > 0) process.exitCode = ExitCode.temporary;
    });
}

function sentenceOf({ sections, partitions, omitted, revoked }: Republished): string {
  const parts = [`the status of ${sections} sections in ${partitions} partitions is committed`];
  if (omitted > 0) parts.push(`${omitted} would not fit limits.messageBytes and were left out`);
  if (revoked > 0)
    parts.push(`${revoked} partitions were taken back meanwhile: ask again, here and where they are now`);
  return parts.join('; ');
}
