import { createWriteStream } from 'node:fs';
import { type Command, Option } from 'commander';
import type { Long } from '../../../workers/avro.js';
import { eventId } from '../../client/arguments.js';
import { messageOf, needsPerson } from '../../errors.js';
import { type ExportFormat, exportSections } from '../../state/export.js';
import { allEntries, isDamaged, type StoredSection } from '../../state/sections.js';
import { StateFolder } from '../../state/state-folder.js';
import { type ConfigurationOptions, loadFrom, withConfiguration } from '../options.js';
import { endWithReader, warnOf, warnOfDamage } from './output.js';

interface ExportOptions extends ConfigurationOptions {
  readonly format: ExportFormat;
  readonly event?: Long;
  readonly output?: string;
}

/** `state export`. */
export function register(state: Command): void {
  withConfiguration(state.command('export'))
    .description("the sections of this host's stores with their counts and the seats taken, for other programs")
    .addOption(
      new Option('--format <format>', 'JSON lines, or an Avro object container file (schemas/SectionState.avsc)')
        .choices(['jsonl', 'avro'])
        .default('jsonl'),
    )
    .option('--event <event>', 'of this event only', eventId)
    .option('-o, --output <file>', 'a file that does not exist yet (default: stdout)')
    .addHelpText(
      'after',
      '\nExit codes: 0 exported, 1 something could not be read, 78 a mistake.\n\nExamples:\n' +
        '  seatmapd state export --event 1 -c seatmapd.yaml | jq .available\n' +
        '  seatmapd state export --format avro -o state.avro -c seatmapd.yaml\n',
    )
    .action((options: ExportOptions) => exportState(options));
}

async function exportState({ format, event, output, ...options }: ExportOptions): Promise<void> {
  const state = await StateFolder.open(loadFrom(options).config);
  try {
    if (output === undefined) endWithReader();
    const target = output === undefined ? process.stdout : createWriteStream(output, { flags: 'wx', mode: 0o600 });
    await exportSections(sections(state, event), format, target);
  } catch (error) {
    if (output === undefined || !(error instanceof Error && 'syscall' in error)) throw error;
    throw needsPerson(`${output} can't be written: ${messageOf(error)}`, error);
  } finally {
    await state.close();
  }
  warnOf(state);
}

function* sections(state: StateFolder, event: Long | undefined): Generator<StoredSection> {
  for (const entry of allEntries(state, event)) {
    if (isDamaged(entry)) warnOfDamage(entry);
    else yield entry;
  }
}
