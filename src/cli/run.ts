import { type Command, Option } from 'commander';
import { librdkafkaMistakes } from '../config/librdkafka.js';
import { ConfigurationError, type LoadedConfiguration } from '../config/load.js';
import { Daemon } from '../daemon.js';
import { ExitCode, FatalError, internal } from '../errors.js';
import { isKafkaError, kafkaFailure } from '../kafka/failure.js';
import { openLog } from '../log.js';
import { limitFencing } from '../notify/fencing.js';
import { type ConfigurationOptions, loadFrom, withConfiguration } from './options.js';

type RunOptions = ConfigurationOptions & { readonly resumeFrom?: 'images' };

export function register(program: Command): void {
  withConfiguration(program.command('run'))
    .description('Run the daemon until SIGTERM or SIGINT.')
    .addOption(
      new Option(
        '--resume-from <where>',
        'where to go on when the group has no committed offsets but the changelog has images',
      ).choices(['images']),
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 drained, 70 a broken invariant, 75 temporary (restart me), 76 fenced, 78 needs a person.\n\nExample:\n  seatmapd run --config /etc/seatmapd/seatmapd.yaml',
    )
    .action((options: RunOptions) => run(options));
}

async function run(options: RunOptions): Promise<void> {
  const { config, file } = await read(options);
  const log = await openLog(config.log);
  const daemon = new Daemon({ config, configurationFile: file, log, resumeFrom: options.resumeFrom });

  const end = async (error: unknown): Promise<never> => {
    const fatal = limitFencing(fatalOf(error), process.env, Date.now());
    log.error('fatal', { exitCode: fatal.exitCode }, fatal.message);
    await daemon.quiesce();
    process.exit(fatal.exitCode);
  };
  const stop = (signal: NodeJS.Signals): void => {
    const timer = setTimeout(() => {
      log.error(
        'fatal',
        { exitCode: ExitCode.temporary },
        `not drained ${config.shutdown.timeoutMs} ms after ${signal}`,
      );
      process.exit(ExitCode.temporary);
    }, config.shutdown.timeoutMs);
    timer.unref();
    daemon.stop();
  };
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => void end(error));
  process.on('SIGHUP', () => {
    daemon.reload(async () => (await read(options)).config).catch((error: unknown) => void end(error));
  });
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  try {
    await daemon.run();
  } catch (error) {
    await end(error);
  }
  process.exit(ExitCode.drained);
}

/** @throws ConfigurationError with every mistake, librdkafka's as well */
async function read(options: RunOptions): Promise<LoadedConfiguration> {
  const loaded = loadFrom(options);
  const mistakes = await librdkafkaMistakes(loaded);
  if (mistakes.length > 0) throw new ConfigurationError(mistakes);
  return loaded;
}

/** An error of Kafka that nobody expected passes with a restart, which reads everything anew; any other is our own. */
function fatalOf(error: unknown): FatalError {
  if (error instanceof FatalError) return error;
  return isKafkaError(error) ? kafkaFailure('Kafka', error) : internal(describe(error), error);
}

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
