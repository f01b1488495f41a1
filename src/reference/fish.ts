import { type CommandShape, leavesOf, type OptionShape } from './commands.js';
import { completionOf, lastWord } from './shell.js';

/** Completion for fish: verbs, options with their descriptions, choices, files, and the configuration's keys behind `--set`. */
export function fishCompletion(program: CommandShape, keys: readonly string[]): string {
  const words = program.commands.flatMap((command) => {
    const group = `__fish_seen_subcommand_from ${lastWord(command)}`;
    const none = `not __fish_seen_subcommand_from ${command.commands.map(lastWord).join(' ')}`;
    return command.commands.map((inner) => wordLine(inner, `${group}; and ${none}`));
  });
  const none = `not __fish_seen_subcommand_from ${program.commands.map(lastWord).join(' ')}`;
  const verbs = program.commands.map((command) => wordLine(command, none));
  const options = leavesOf(program).flatMap((leaf) => {
    const seen = leaf.words.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    const lines = leaf.options.map((option) =>
      line(seen, `${flags(option)}${valueFlags(option, keys)}`, option.description),
    );
    const choices = leaf.arguments.filter((argument) => argument.choices.length > 0);
    return [...lines, ...choices.map((one) => line(seen, ` -a ${quoted(one.choices.join(' '))}`, one.description))];
  });
  const head = ['# fish completion for seatmapd, made by `seatmapd completion fish`', 'complete -c seatmapd -f'];
  return `${[...head, ...verbs, ...words, ...options].join('\n')}\n`;
}

const line = (condition: string, what: string, description: string): string =>
  `complete -c seatmapd -n ${quoted(condition)}${what} -d ${quoted(description)}`;

const wordLine = (command: CommandShape, condition: string): string =>
  line(condition, ` -a ${lastWord(command)}`, command.description);

const flags = ({ short, long }: OptionShape): string =>
  `${short === undefined ? '' : ` -s ${short.slice(1)}`} -l ${long.slice(2)}`;

function valueFlags(option: OptionShape, keys: readonly string[]): string {
  const completion = completionOf(option, keys);
  switch (completion.kind) {
    case 'switch':
      return '';
    case 'file':
      return ' -r -F';
    case 'free':
      return ' -x';
    case 'words':
    case 'keys':
      return ` -x -a ${quoted(completion.words.join(' '))}`;
  }
}

/** Fish knows two escapes within single quotes. */
const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
