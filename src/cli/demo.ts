import { constants } from 'node:os';
import type { Command } from 'commander';
import { whole } from '../client/arguments.js';
import { ExitCode } from '../errors.js';

/** The board of this many sections fits a terminal of 24 lines. */
const mostSections = 16;

interface Options {
  readonly sections: number;
  readonly requests: number;
  readonly seed: number;
  readonly rate?: number;
}

/** `demo`: the real daemon on a mock cluster, with a load and an account of its answers. */
export function register(program: Command): void {
  program
    .command('demo')
    .description(
      "run the daemon on librdkafka's mock cluster: sections sell out before your eyes, then every answer is checked",
    )
    .option('--sections <n>', 'sections', whole(1, mostSections), 6)
    .option('--requests <n>', 'requests for 1 to 6 seats each', whole(1, 10_000_000), 150_000)
    .option('--seed <n>', 'another seed is another load', whole(0), 1)
    .option('--rate <n>', 'requests per second (default: as fast as they are answered)', whole(1))
    .addHelpText(
      'after',
      '\nNeeds no Kafka. Exit codes: 0 every check passed, 1 a check failed or the daemon died.\n\nExamples:\n' +
        '  seatmapd demo\n' +
        '  seatmapd demo --sections 12 --requests 200000 --rate 10000 --seed 7\n',
    )
    .action((options: Options) => demo(options));
}

async function demo({ sections, requests, seed, rate }: Options): Promise<void> {
  // The addon is loaded by those who ask only: `--help` registers every verb.
  const [{ Demo }, { Screen }, { boardHeight }, { failures, tableLines }] = await Promise.all([
    import('../demo/demo.js'),
    import('../demo/screen.js'),
    import('../demo/board.js'),
    import('../demo/verdict.js'),
  ]);
  const screen = new Screen(process.stdout, process.env, boardHeight(sections));
  process.once('exit', () => screen.close());
  const run = new Demo({ sections, requests, seed, rate }, screen);

  let interruption: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    // Asked a second time, the process ends without waiting for the daemon.
    if (interruption !== undefined) process.exit(128 + constants.signals[signal]);
    interruption = signal;
    run.end(new Error(`ended by ${signal}`));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);

  try {
    const all = await run.run();
    const failed = failures(all);
    screen.print('', ...tableLines(all), '', failed.length === 0 ? 'Every check passed.' : 'FAILED:');
    screen.print(...failed.map((failure) => `  ${failure}`));
    process.exitCode = failed.length === 0 ? ExitCode.drained : ExitCode.checkFailed;
  } catch (error) {
    if (interruption === undefined) throw error;
    screen.print('', `Ended by ${interruption}; the daemon has drained and its temporary files are gone.`);
    process.exitCode = 128 + constants.signals[interruption];
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}
