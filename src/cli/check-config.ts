import type { Command } from 'commander';
import { connectFindings } from '../check/connect.js';
import { exitCodeOf, linesOf as findingLines } from '../check/finding.js';
import { effectiveYaml } from '../config/effective.js';
import { librdkafkaMistakes } from '../config/librdkafka.js';
import { ConfigurationError, type LoadedConfiguration } from '../config/load.js';
import { exposedSecrets, warningsOf } from '../config/warnings.js';
import { type ConfigurationOptions, loadFrom, withConfiguration } from './options.js';

interface CheckOptions extends ConfigurationOptions {
  readonly print?: boolean;
  readonly connect?: boolean;
}

/** `check-config`: reads the configuration as `run` does, and looks at Kafka and the state only when it is asked to. */
export function register(program: Command): void {
  withConfiguration(program.command('check-config'))
    .description(
      'check the configuration, offline unless --connect is given: prints every mistake with its place, or ok',
    )
    .option('--print', 'print the configuration in force as YAML, each value with where it was given, secrets hidden')
    .option(
      '--connect',
      'also try brokers, topics, rights, the schema registry, the state directory and its disk; nothing is changed',
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 in order, 78 a mistake; with --connect that of a run: 75 for what passes by itself, 78 for what a person has to mend.\n\nExamples:\n' +
        '  seatmapd check-config\n' +
        '  seatmapd check-config -c seatmapd.yaml --set workers.threads=2\n' +
        '  seatmapd check-config --print -c seatmapd.yaml\n' +
        '  seatmapd check-config --connect -c seatmapd.yaml\n',
    )
    .action(async (options: CheckOptions) => {
      const loaded = loadFrom(options);
      const mistakes = await librdkafkaMistakes(loaded);
      if (mistakes.length > 0) throw new ConfigurationError(mistakes);
      if (options.print === true) print(loaded);
      else report(loaded);
      if (options.connect === true) await connect(loaded);
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

async function connect({ config }: LoadedConfiguration): Promise<void> {
  const findings = await connectFindings(config);
  process.stdout.write(findingLines(findings));
  process.exitCode = exitCodeOf(findings);
}

const warnings = (loaded: LoadedConfiguration): string[] =>
  [...warningsOf(loaded.config), ...exposedSecrets(loaded)].map((warning) => `warning: ${warning}`);

const linesOf = ({ file }: LoadedConfiguration, lines: readonly string[]): string =>
  lines.map((line) => `${file ?? 'configuration without a file'}: ${line}\n`).join('');
