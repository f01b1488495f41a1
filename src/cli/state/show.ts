import type { Command } from 'commander';
import type { Long } from '../../../workers/avro.js';
import { sectionKey } from '../../../workers/section-key.js';
import { eventId } from '../../client/arguments.js';
import { needsPerson } from '../../errors.js';
import { countsOf, takenSeats } from '../../state/format.js';
import { describeSection, seatPlan } from '../../state/seat-plan.js';
import { isDamaged, readEntry, type StoredEntry, type StoredSection } from '../../state/sections.js';
import type { StateFolder } from '../../state/state-folder.js';
import { type ConfigurationOptions, withConfiguration } from '../options.js';
import { printLines, warnOfDamage } from './output.js';
import { withState } from './with-state.js';

interface ShowOptions extends ConfigurationOptions {
  readonly json?: true;
}

/** `state show`. */
export function register(state: Command): void {
  withConfiguration(state.command('show'))
    .description('the seats of a section, row by row, and what is known of it')
    .argument('<event>', "the event's id", eventId)
    .argument('<section>', "the section's name")
    .option('--json', 'one JSON object, with the numbers of the seats that are taken')
    .addHelpText(
      'after',
      '\nExit codes: 0 shown, 1 its image is damaged, 78 there is no such section here, or a mistake.\n\nExamples:\n' +
        '  seatmapd state show 1 Balcony -c seatmapd.yaml\n' +
        "  seatmapd state show 1 Balcony --json -c seatmapd.yaml | jq '.taken | length'\n",
    )
    .action((event: Long, section: string, options: ShowOptions) =>
      withState(options, (state) => show(state, event, section, options.json === true)),
    );
}

async function show(state: StateFolder, event: Long, section: string, isJson: boolean): Promise<void> {
  const found = entriesWith(state, Buffer.from(sectionKey(event, section)));
  if (found.length === 0)
    throw needsPerson(
      `Section ${section} of event ${event} is in none of the ${state.partitions.length} partitions of this host; \`seatmapd state list ${event}\` shows the event's sections.`,
    );
  for (const entry of found) {
    if (isDamaged(entry)) warnOfDamage(entry);
    else await printLines(isJson ? [JSON.stringify(jsonOf(entry))] : linesOf(entry));
  }
}

/** More than one where its inputs were written to partitions that its key does not belong to. */
const entriesWith = (state: StateFolder, key: Buffer): StoredEntry[] =>
  state.partitions.flatMap((partition) => {
    const image = state.read(partition, (snapshot) => snapshot.image(key));
    return image === undefined ? [] : [readEntry(partition, { key, image })];
  });

const jsonOf = (section: StoredSection) => ({
  ...countsOf(section),
  rows: section.map.rows,
  seatsPerRow: section.map.seatsPerRow,
  formatVersion: section.formatVersion,
  imageBytes: section.imageBytes,
  taken: takenSeats(section),
});

function* linesOf(section: StoredSection): Generator<string> {
  yield* describeSection(section);
  yield '';
  yield* seatPlan(section, process.stdout.isTTY && !process.env.NO_COLOR);
}
