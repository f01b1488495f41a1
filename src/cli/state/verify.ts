import type { Command } from 'commander';
import { ExitCode } from '../../errors.js';
import { ChangelogRecords } from '../../state/changelog-records.js';
import { plural } from '../../state/format.js';
import { StateFolder } from '../../state/state-folder.js';
import { type Finding, Verification } from '../../state/verification.js';
import { type ConfigurationOptions, loadFrom, withConfiguration } from '../options.js';

interface VerifyOptions extends ConfigurationOptions {
  readonly changelog?: true;
}

/** `state verify`. */
export function register(state: Command): void {
  withConfiguration(state.command('verify'))
    .description("read all of this host's stores and tell of each damage; with --changelog, of each difference")
    .option(
      '--changelog',
      "compare with the last committed image of each section in the changelog, and look at the key's partition",
    )
    .addHelpText(
      'after',
      '\nA store that lies behind the changelog is no difference: the daemon makes up for that when it takes the partition.\n' +
        '\nExit codes: 0 all is well, 1 something is wrong, 75 Kafka is not reached, 78 a mistake.\n\nExamples:\n' +
        '  seatmapd state verify -c seatmapd.yaml\n' +
        '  seatmapd state verify --changelog -c seatmapd.yaml\n',
    )
    .action((options: VerifyOptions) => verify(options));
}

async function verify(options: VerifyOptions): Promise<void> {
  const { config } = loadFrom(options);
  const state = await StateFolder.open(config);
  const found = { problem: 0, note: 0 };
  const verification = new Verification(state, (finding) => {
    found[finding.kind] += 1;
    process.stdout.write(`${describe(finding)}\n`);
  });
  try {
    if (options.changelog === true) {
      const changelog = await ChangelogRecords.connect(config);
      try {
        await verification.verifyAgainst(changelog);
      } finally {
        await changelog.close();
      }
    } else verification.verifyStores();
  } finally {
    await state.close();
  }
  const what = `${plural(verification.sections, 'section')} in ${plural(state.partitions.length, 'partition')}`;
  process.stdout.write(`verified ${what}: ${plural(found.problem, 'problem')}, ${plural(found.note, 'note')}\n`);
  if (found.problem > 0) process.exitCode = ExitCode.checkFailed;
}

const describe = ({ kind, partition, key, sentence }: Finding): string =>
  `${kind}: partition ${partition}${key === undefined ? '' : `, section ${JSON.stringify(key)}`}: ${sentence}`;
