import type { Command } from 'commander';
import type { Long, SectionInit } from '../../workers/avro.js';
import { sectionKey } from '../../workers/encode.js';
import { seatOf } from '../../workers/seat-names.js';
import { assertSectionName, eventId, whole } from '../client/arguments.js';
import { senderProperties } from '../client/properties.js';
import { codecOf } from '../client/registry-codec.js';
import { Sender } from '../client/sender.js';
import { type Config, topicNames } from '../config/schema.js';
import { needsPerson } from '../errors.js';
import { type ConfigurationOptions, loadFrom, withConfiguration } from './options.js';

const deliveryTimeoutMs = 10_000;

interface InitOptions extends ConfigurationOptions {
  readonly rows: number;
  readonly seatsPerRow: number;
  readonly reserved?: readonly string[];
}

/** `init`: sends the command that creates a section, or replaces it. */
export function register(program: Command): void {
  withConfiguration(program.command('init'))
    .description('send the command that sets up a section; one that exists is replaced, with all its seats free again')
    .argument('<event>', "the event's id, a whole number of 64 bits", eventId)
    .argument('<section>', "the section's name")
    .requiredOption('--rows <n>', 'rows of the section', whole(1))
    .requiredOption('--seats-per-row <n>', 'seats of each row', whole(1))
    .option('--reserved <seats...>', 'seats that are not for sale, by name: A-1,A-2 or A-1 A-2')
    .addHelpText(
      'after',
      '\nExit codes: 0 written, 75 not acknowledged, 78 a mistake.\n\nExamples:\n' +
        '  seatmapd init 1 A --rows 10 --seats-per-row 20 -c seatmapd.yaml\n' +
        '  seatmapd init 1 A --rows 10 --seats-per-row 20 --reserved A-1,A-2 A-200\n',
    )
    .action((event: Long, section: string, options: InitOptions) => init(event, section, options));
}

async function init(event: Long, section: string, options: InitOptions): Promise<void> {
  const { config } = loadFrom(options);
  const { rows, seatsPerRow } = options;
  const initialReserved = seatsNamed(options.reserved ?? [], section);
  const command: SectionInit = { eventId: event, section, rows, seatsPerRow, initialReserved };
  assertAcceptable(command, config);

  const topic = topicNames(config).init;
  const value = await codecOf(config).encodeInit(command);
  const sender = await Sender.connect(senderProperties(config, { deliveryTimeoutMs, lingerMs: 0 }), [topic]);
  try {
    const { partition, offset } = await sender.send(topic, sectionKey(event, section), value);
    const what = `section ${section} of event ${event}, ${rows} × ${seatsPerRow} seats`;
    process.stdout.write(`sent: ${what}, to ${topic} partition ${partition} offset ${offset}\n`);
  } finally {
    await sender.close();
  }
}

/** Commas part the names of seats, unless the section's own name has one. */
const seatsNamed = (words: readonly string[], section: string): readonly string[] =>
  section.includes(',') ? words : words.flatMap((word) => word.split(',')).filter((name) => name !== '');

/** Refuses what the daemon would make a dead letter of, and seats that it would ignore. @throws FatalError (78) */
function assertAcceptable({ section, rows, seatsPerRow, initialReserved }: SectionInit, { limits }: Config): void {
  assertSectionName(section, limits.sectionNameBytes);
  const seatCount = rows * seatsPerRow;
  if (seatCount > limits.seatsPerSection)
    throw needsPerson(
      `${rows} × ${seatsPerRow} are ${seatCount} seats, and limits.seatsPerSection is ${limits.seatsPerSection}: the daemon would make the command a dead letter.`,
    );
  const unknown = initialReserved.filter((name) => seatOf(name, section, seatCount) < 0);
  if (unknown.length > 0)
    throw needsPerson(
      `--reserved: no seats of section ${section}: ${unknown.join(', ')}; its seats are ${section}-1 to ${section}-${seatCount}.`,
    );
}
