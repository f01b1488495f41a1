import { existsSync } from 'node:fs';
import { ExitCode, FatalError } from '../errors.js';
import { ConfigurationFile } from './file.js';
import { leftOut, mistakesOf } from './mistakes.js';
import { assign, fromEnvironment, fromFlags, isPlain } from './overrides.js';
import { lines, Places } from './places.js';
import { readReferences } from './references.js';
import { type Config, configSchema } from './schema.js';
import { secretsOnCommandLine } from './secrets.js';
import { withSections } from './shape.js';

const DEFAULT_FILE = '/etc/seatmapd/seatmapd.yaml';

/** A configuration with mistakes: all of them, one a line, each with where it stands. Exit code 78. */
export class ConfigurationError extends FatalError {
  constructor(readonly mistakes: readonly string[]) {
    super(ExitCode.configuration, mistakes.join('\n'));
    this.name = 'ConfigurationError';
  }
}

export interface ConfigurationSources {
  /** The file that `--config` names; without it `$SEATMAPD_CONFIG`, else the system's file if there is one. */
  readonly file?: string | undefined;
  /** Values of `--set`: dotted path to value. They win over the environment, which wins over the file. */
  readonly flags?: Readonly<Record<string, string>> | undefined;
  /** Default: the process's. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
}

export interface LoadedConfiguration {
  readonly config: Config;
  /** The file that was read, as it was named; undefined when there is none. */
  readonly file: string | undefined;
  /** Dotted path to where its value was given: `seatmapd.yaml:8:12`, a variable or a flag. Defaults are not in it. */
  readonly origins: ReadonlyMap<string, string>;
  /** The dotted paths of the librdkafka properties whose values were read from files of their own. */
  readonly references: ReadonlySet<string>;
}

/** Reads, merges and checks the configuration. @throws ConfigurationError with every mistake at once. */
export function loadConfiguration(sources: ConfigurationSources = {}): LoadedConfiguration {
  const environment = sources.environment ?? process.env;
  const name = sources.file ?? environment.SEATMAPD_CONFIG ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
  const file = name === undefined ? undefined : new ConfigurationFile(name);
  const flags = fromFlags(sources.flags ?? {});
  const overrides = [...fromEnvironment(environment), ...flags];

  const input = withSections(file?.value ?? {});
  if (isPlain(input)) for (const override of overrides) assign(input, override);
  const references = readReferences(input, environment);
  const parsed = configSchema.safeParse(input);

  // What a file with broken syntax seems to leave out may stand right behind the break.
  const broken = file !== undefined && file.mistakes.length > 0;
  const places = new Places(file, overrides);
  const mistakes = [
    ...mistakesOf(parsed.error?.issues ?? [], input).filter(({ about }) => about !== 'absence' || !broken),
    ...leftOut(input),
    ...references.mistakes,
    ...secretsOnCommandLine(flags),
  ];
  if (broken || !parsed.success || mistakes.length > 0) {
    const placed = mistakes.flatMap((mistake) => places.ofMistake(mistake));
    throw new ConfigurationError(lines([...places.ofFile(), ...places.beforeBreak(placed)]));
  }
  return { config: parsed.data, file: name, origins: places.origins(), references: references.paths };
}
