import type { Command } from 'commander';
import { effectiveYaml } from '../config/effective.js';
import { librdkafkaMistakes } from '../config/librdkafka.js';
import { ConfigurationError, type LoadedConfiguration } from '../config/load.js';
import { exposedSecrets, warningsOf } from '../config/warnings.js';
import { type ConfigurationOptions, loadFrom, withConfiguration } from './options.js';

interface CheckOptions extends ConfigurationOptions {
  readonly print?: boolean;
}

/** `check-config`: reads the configuration as `run` does, without touching Kafka or the state. */
export function register(program: Command): void {
  withConfiguration(program.command('check-config'))
    .description('check the configuration, offline: prints every mistake with its place (exit code 78), or ok')
    .option('--print', 'print the configuration in force as YAML, each value with where it was given, secrets hidden')
    .addHelpText(
      'after',
      '\nExit codes: 0 in order, 78 a mistake.\n\nExamples:\n' +
        '  seatmapd check-config\n' +
        '  seatmapd check-config -c seatmapd.yaml --set workers.threads=2\n' +
        '  seatmapd check-config --print -c seatmapd.yaml\n',
    )
    .action(async (options: CheckOptions) => {
      const loaded = loadFrom(options);
      const mistakes = await librdkafkaMistakes(loaded);
      if (mistakes.length > 0) throw new ConfigurationError(mistakes);
      if (options.print === true) print(loaded);
      else report(loaded);
    });
}

function report(loaded: LoadedConfiguration): void {
  process.stdout.write(linesOf(loaded, ['ok', ...warnings(loaded)]));
}

/** The warnings go to stderr: what stdout gets is YAML. */
function print(loaded: LoadedConfiguration): void {
  process.stderr.write(linesOf(loaded, warnings(loaded)));
  process.stdout.write(effectiveYaml(loaded));
}

const warnings = (loaded: LoadedConfiguration): string[] =>
  [...warningsOf(loaded.config), ...exposedSecrets(loaded)].map((warning) => `warning: ${warning}`);

const linesOf = ({ file }: LoadedConfiguration, lines: readonly string[]): string =>
  lines.map((line) => `${file ?? 'configuration without a file'}: ${line}\n`).join('');
