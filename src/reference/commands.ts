import type { Command } from 'commander';

/** An option of a command, as its help tells it. */
export interface OptionShape {
  /** `-c`, if it has one. */
  readonly short: string | undefined;
  /** `--config`. */
  readonly long: string;
  /** What follows it, `<file>`; undefined for a switch. */
  readonly value: string | undefined;
  /** The only values that it takes; empty when any will do. */
  readonly choices: readonly string[];
  readonly description: string;
}

/** A command with everything that its help says: what completions and manual pages are made from. */
export interface CommandShape {
  /** The words that call it, without the program's name: `topics create`; empty for the program itself. */
  readonly words: readonly string[];
  readonly description: string;
  /** Arguments and options as the usage line has them, without the words. */
  readonly usage: string;
  readonly arguments: readonly {
    readonly name: string;
    readonly description: string;
    readonly choices: readonly string[];
  }[];
  readonly options: readonly OptionShape[];
  readonly commands: readonly CommandShape[];
  /** What stands behind the options in its help, without the examples: exit codes and further words. */
  readonly notes: string;
  /** Whole command lines, `seatmapd …`. */
  readonly examples: readonly string[];
}

/** Reads a commander program; `words` lead to `command`. */
export function shapeOf(command: Command, words: readonly string[] = []): CommandShape {
  const { notes, examples } = appendix(command);
  return {
    words,
    description: command.description(),
    usage: command.usage(),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      description: argument.description,
      choices: argument.argChoices ?? [],
    })),
    options: command
      .createHelp()
      .visibleOptions(command)
      .map((option) => ({
        short: option.short,
        long: option.long ?? option.flags,
        value: /[<[].*$/.exec(option.flags)?.[0],
        choices: option.argChoices ?? [],
        description: command.createHelp().optionDescription(option),
      })),
    commands: command.commands.map((inner) => shapeOf(inner, [...words, inner.name()])),
    notes,
    examples,
  };
}

/** The commands that do something: those without further ones below them, in the order of the help. */
export const leavesOf = (shape: CommandShape): CommandShape[] =>
  shape.commands.length === 0 ? [shape] : shape.commands.flatMap(leavesOf);

/** What addHelpText('after') gave: commander keeps it to itself, so the help is written out without its head. */
function appendix(command: Command): { notes: string; examples: readonly string[] } {
  const written: string[] = [];
  const { writeOut } = command.configureOutput();
  command.configureOutput({ writeOut: (text) => written.push(text) });
  command.outputHelp();
  command.configureOutput({ writeOut: writeOut ?? ((text) => process.stdout.write(text)) });
  const added = written.join('').slice(command.helpInformation().length);
  const [notes = '', examples = ''] = added.split(/^Examples?:\n/m);
  return {
    notes: notes.trim(),
    examples: examples
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  };
}
