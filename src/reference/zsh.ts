import { type CommandShape, leavesOf, type OptionShape } from './commands.js';
import { type Completion, completionOf, lastWord, quoted } from './shell.js';

/** Completion for zsh, functions of compsys: verbs and options with their descriptions, choices, files, `--set`'s keys. */
export function zshCompletion(program: CommandShape, keys: readonly string[]): string {
  const groups = [program, ...program.commands.filter(({ commands }) => commands.length > 0)];
  const functions = [
    ...groups.map((group) => groupFunction(group, keys)),
    ...leavesOf(program).map((leaf) => leafFunction(leaf, keys)),
  ];
  return `#compdef seatmapd
# zsh completion for seatmapd, made by \`seatmapd completion zsh\`
_seatmapd_keys() {
  local -a keys=(${keys.map((key) => quoted(`${key}=`)).join(' ')})
  compadd -S '' -a keys
}

${functions.join('\n')}
_seatmapd "$@"
`;
}

/** Completes the next word, then hands over to the function of that word. */
function groupFunction(group: CommandShape, keys: readonly string[]): string {
  const described = group.commands.map((one) => quoted(`${lastWord(one)}:${one.description.replaceAll(':', '\\:')}`));
  const cases = group.commands.map((one) => `        ${lastWord(one)}) ${nameOf(one)} ;;`);
  const options = group.options.flatMap((option) => specifications(option, keys));
  return `${nameOf(group)}() {
  local context state line
  _arguments -C ${options.join(' ')} '1: :->verb' '*:: :->rest'
  case $state in
    verb)
      local -a verbs=(${described.join(' ')})
      _describe verb verbs
      ;;
    rest)
      case $line[1] in
${cases.join('\n')}
      esac
      ;;
  esac
}
`;
}

function leafFunction(leaf: CommandShape, keys: readonly string[]): string {
  const options = leaf.options.flatMap((option) => specifications(option, keys));
  const positional = leaf.arguments.map(({ name, choices }, at) =>
    quoted(`${at + 1}:${name}:${choices.length > 0 ? `(${choices.join(' ')})` : ' '}`),
  );
  return `${nameOf(leaf)}() {
  _arguments ${[...options, ...positional].join(' \\\n    ')}
}
`;
}

function specifications(option: OptionShape, keys: readonly string[]): string[] {
  const text = `[${option.description.replace(/[[\]\\:]/g, (sign) => `\\${sign}`)}]`;
  const value = actionOf(completionOf(option, keys));
  const flags = option.short === undefined ? [option.long] : [option.short, option.long];
  return flags.map((flag) => quoted(`*${flag}${text}${value}`));
}

function actionOf(completion: Completion): string {
  switch (completion.kind) {
    case 'switch':
      return '';
    case 'file':
      return ':file:_files';
    case 'free':
      return ':value: ';
    case 'words':
      return `:value:(${completion.words.join(' ')})`;
    case 'keys':
      return ':key:_seatmapd_keys';
  }
}

const nameOf = ({ words }: CommandShape): string =>
  ['_seatmapd', ...words.map((word) => word.replaceAll('-', '_'))].join('_');
