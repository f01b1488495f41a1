import type { Command } from 'commander';
import type { Long } from '../../../workers/avro.js';
import { eventId } from '../../client/arguments.js';
import { countsOf } from '../../state/format.js';
import { Summary, tableHead, tableLine } from '../../state/section-table.js';
import { allEntries, isDamaged } from '../../state/sections.js';
import type { StateFolder } from '../../state/state-folder.js';
import { type ConfigurationOptions, withConfiguration } from '../options.js';
import { printLines, warnOfDamage } from './output.js';
import { withState } from './with-state.js';

interface ListOptions extends ConfigurationOptions {
  readonly json?: true;
}

/** `state list`. */
export function register(state: Command): void {
  withConfiguration(state.command('list'))
    .description("the sections in this host's stores, by event and name, and a sum")
    .argument('[event]', 'of this event only', eventId)
    .option('--json', 'a JSON object a line, without the sum')
    .addHelpText(
      'after',
      '\nA partition that another instance owns now shows its sections as they were when it was last here.\n' +
        '\nExit codes: 0 listed, 1 something could not be read, 78 a mistake.\n\nExamples:\n' +
        '  seatmapd state list -c seatmapd.yaml\n' +
        "  seatmapd state list 1 --json -c seatmapd.yaml | jq -r 'select(.available == 0).section'\n",
    )
    .action((event: Long | undefined, options: ListOptions) =>
      withState(options, (state) => printLines(lines(state, event, options.json === true))),
    );
}

function* lines(state: StateFolder, event: Long | undefined, isJson: boolean): Generator<string> {
  const summary = new Summary();
  if (!isJson) yield tableHead;
  for (const entry of allEntries(state, event)) {
    if (isDamaged(entry)) {
      warnOfDamage(entry);
      continue;
    }
    summary.add(entry);
    yield isJson ? JSON.stringify(countsOf(entry)) : tableLine(entry);
  }
  if (!isJson) yield String(summary);
}
