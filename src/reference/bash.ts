import { type CommandShape, leavesOf, type OptionShape } from './commands.js';
import { completionOf, lastWord, quoted } from './shell.js';

/**
 * Completion for bash, with nothing of the package bash-completion: verbs, options, choices, files behind options that take one,
 * and the configuration's keys behind `--set`.
 *
 * @param keys dotted paths of the configuration
 */
export function bashCompletion(program: CommandShape, keys: readonly string[]): string {
  const commands = [...program.commands, ...program.commands.flatMap((command) => command.commands)];
  const verbs = commands.map(({ words }) => quoted(words.join(' '))).join('|');
  const offers = [program, ...commands].map(
    (command) => `    ${quoted(command.words.join(' '))}) ${offerOf(command)} ;;`,
  );
  const options = leavesOf(program).flatMap((command) => command.options);
  const replies = options.flatMap((option) => {
    const reply = replyTo(option, keys);
    return reply === undefined ? [] : [`    ${flagsOf(option).join('|')}) ${reply}; return ;;`];
  });
  return `# bash completion for seatmapd, made by \`seatmapd completion bash\`
_seatmapd() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} verb= words= word
  COMPREPLY=()
  case $previous in
${[...new Set(replies)].join('\n')}
  esac
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD - 1}"; do
    case "$verb\${verb:+ }$word" in
      ${verbs}) verb+="\${verb:+ }$word" ;;
      *) break ;;
    esac
  done
  case $verb in
${offers.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _seatmapd seatmapd
`;
}

const flagsOf = ({ short, long }: OptionShape): string[] => (short === undefined ? [long] : [short, long]);

/** The words that a command can go on with. */
function offerOf(command: CommandShape): string {
  const words = [
    ...command.commands.map(lastWord),
    ...command.arguments.flatMap(({ choices }) => choices),
    ...command.options.flatMap(flagsOf),
  ];
  return `words=${quoted(words.join(' '))}`;
}

/** What stands behind an option with a value; undefined for a switch, behind which the other options are offered. */
function replyTo(option: OptionShape, keys: readonly string[]): string | undefined {
  const completion = completionOf(option, keys);
  switch (completion.kind) {
    case 'switch':
      return undefined;
    case 'file':
      return 'COMPREPLY=($(compgen -f -- "$current"))';
    case 'free':
      return ':';
    case 'words':
      return `COMPREPLY=($(compgen -W ${quoted(completion.words.join(' '))} -- "$current"))`;
    case 'keys':
      return `compopt -o nospace 2>/dev/null; COMPREPLY=($(compgen -W ${quoted(completion.words.join(' '))} -- "$current"))`;
  }
}
