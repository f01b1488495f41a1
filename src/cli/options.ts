import { type Command, InvalidArgumentError } from 'commander';
import { type LoadedConfiguration, loadConfiguration } from '../config/load.js';

/** The options of every verb that takes a configuration, as commander parses them. */
export interface ConfigurationOptions {
  readonly config?: string;
  /** Dotted path to value, from each `--set key=value`. */
  readonly set?: Readonly<Record<string, string>>;
}

/** Adds `--config FILE` and `--set key=value` to a verb; read them with loadFrom. */
export function withConfiguration(command: Command): Command {
  return command
    .option(
      '-c, --config <file>',
      'configuration file (default: $SEATMAPD_CONFIG, else /etc/seatmapd/seatmapd.yaml if it exists)',
    )
    .option('--set <key=value>', 'set one key, over file and environment; repeatable', assignments('key=value'));
}

/** The configuration that a verb's options name. @throws ConfigurationError with every mistake at once. */
export const loadFrom = (options: ConfigurationOptions): LoadedConfiguration =>
  loadConfiguration({ file: options.config, flags: options.set });

/** Collects a repeatable option of assignments; `shape` names it in the sentence for one that is none. */
export const assignments =
  (shape: string) =>
  (assignment: string, collected: Readonly<Record<string, string>> = {}): Record<string, string> => {
    const at = assignment.indexOf('=');
    if (at < 1) throw new InvalidArgumentError(`expected ${shape}.`);
    return { ...collected, [assignment.slice(0, at)]: assignment.slice(at + 1) };
  };

/** A number of partitions, of replicas. */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('expected a whole number from 1.');
  return Number(text);
}
