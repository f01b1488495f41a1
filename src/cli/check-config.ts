import type { Command } from 'commander';
import { librdkafkaMistakes } from '../config/librdkafka.js';
import { ConfigurationError } from '../config/load.js';
import { exposedSecrets, warningsOf } from '../config/warnings.js';
import { type ConfigurationOptions, loadFrom, withConfiguration } from './options.js';

/** `check-config`: reads the configuration as `run` does, without touching Kafka or the state. */
export function register(program: Command): void {
  withConfiguration(program.command('check-config'))
    .description('check the configuration, offline: prints every mistake with its place (exit code 78), or ok')
    .action(async (options: ConfigurationOptions) => {
      const loaded = loadFrom(options);
      const mistakes = await librdkafkaMistakes(loaded);
      if (mistakes.length > 0) throw new ConfigurationError(mistakes);
      const name = loaded.file ?? 'configuration without a file';
      const warnings = [...warningsOf(loaded.config), ...exposedSecrets(loaded)];
      const lines = ['ok', ...warnings.map((warning) => `warning: ${warning}`)];
      process.stdout.write(lines.map((line) => `${name}: ${line}\n`).join(''));
    });
}
