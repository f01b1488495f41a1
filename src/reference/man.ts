import { ExitCode } from '../errors.js';
import { type CommandShape, leavesOf, type OptionShape } from './commands.js';

/** A page's place: its section, its date (ISO, of the day) and the version that it describes. */
export interface PageOptions {
  readonly date: string;
  readonly version: string;
}

const MEANINGS: Readonly<Record<keyof typeof ExitCode, string>> = {
  drained: 'Done; of the daemon: drained after SIGTERM or SIGINT.',
  checkFailed: 'The answer is no: a request was rejected, a check failed.',
  unavailable: 'No daemon is running; of the verbs that talk to one.',
  internal: 'A broken invariant. Keep the log and the state.',
  temporary: 'Temporary: no broker answers, the disk is full. A restart helps.',
  fenced: 'Another live instance has the same name.',
  configuration:
    'Configuration, topics or state need a person; the sentence on stderr, or in the line "fatal", says what to do.',
};

/** seatmapd(1) in roff, by the macros of man(7): every verb with its options and examples. */
export function manualPage(program: CommandShape, { date, version }: PageOptions): string {
  const leaves = leavesOf(program);
  const codes = Object.entries(ExitCode) as [keyof typeof ExitCode, number][];
  return [
    heading('seatmapd', 1, 'User Commands', { date, version }),
    ...section('NAME', 'seatmapd \\- seat allocation from Kafka to Kafka, exactly once'),
    '.SH SYNOPSIS',
    ...leaves.flatMap(({ words, usage }) => ['.PP', `.B seatmapd ${roff(words.join(' '))}`, roff(usage)]),
    ...section('DESCRIPTION', roff(program.description)),
    '.PP',
    roff(
      'Requests for seats arrive on Kafka; the answers, and how many seats each section has left, go out on Kafka. `seatmapd run` is the daemon, which systemd starts; the other verbs set it up, check it and talk to it.',
    ),
    '.SH COMMANDS',
    ...leaves.flatMap(commandLines),
    '.SH EXIT STATUS',
    ...codes.flatMap(([name, code]) => ['.TP', `.B ${code}`, roff(MEANINGS[name])]),
    '.SH ENVIRONMENT',
    ...item('SEATMAPD_CONFIG', 'The configuration file, where --config does not name it.'),
    ...item(
      'SEATMAPD_WORKERS__THREADS, …',
      'Any key of the configuration: two underscores separate levels. See seatmapd.yaml(5).',
    ),
    ...item('UV_THREADPOOL_SIZE', 'Threads for calls of Kafka; 16 if it is not set.'),
    '.SH FILES',
    ...item('/etc/seatmapd/seatmapd.yaml', 'The configuration.'),
    ...item('/var/lib/seatmapd', 'The state (state.directory). It can be restored from Kafka.'),
    ...section('SEE ALSO', '.BR seatmapd.yaml (5),\n.BR systemctl (1),\n.BR journalctl (1)'),
    '.PP',
    roff(
      '/usr/share/doc/seatmapd/OPERATIONS.md, of a package: every event, exit code and metric with what to do about it.',
    ),
    '',
  ].join('\n');
}

function commandLines(command: CommandShape): string[] {
  const { words, usage, description, notes, examples } = command;
  return [
    `.SS ${roff(`seatmapd ${words.join(' ')} ${usage}`)}`,
    roff(sentence(description)),
    ...command.arguments.flatMap((one) => ['.TP', `.I ${roff(one.name)}`, roff(sentence(one.description))]),
    ...command.options.flatMap(optionLines),
    ...(notes === '' ? [] : ['.PP', ...notes.split(/\n+/).map(roff)]),
    ...(examples.length === 0 ? [] : ['.PP', '.EX', ...examples.map(roff), '.EE']),
  ];
}

function optionLines({ short, long, value, description }: OptionShape): string[] {
  const flags = [short, long].filter((flag) => flag !== undefined).map((flag) => `\\fB${roff(flag)}\\fR`);
  return [
    '.TP',
    `${flags.join(', ')}${value === undefined ? '' : ` \\fI${roff(value)}\\fR`}`,
    roff(sentence(description)),
  ];
}

/** The title line of a page. */
export const heading = (name: string, at: number, manual: string, { date, version }: PageOptions): string =>
  `.TH ${name.toUpperCase()} ${at} ${date} "seatmapd ${version}" "${manual}"`;

export const section = (name: string, text: string): string[] => [`.SH ${name}`, text];

export const item = (term: string, text: string): string[] => ['.TP', `.B ${roff(term)}`, roff(text)];

/** Text as roff takes it for itself: a backslash, a hyphen that can be copied, and a line that begins like a request. */
export const roff = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('`', '')
    .replace(/[^\p{ASCII}]/gu, (sign) => `\\[u${sign.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`)
    .replace(/^([.'])/gm, '\\&$1')
    .replace(/\n+/g, '\n');

/** A description as a sentence. */
const sentence = (text: string): string => {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?)]$/.test(begun) ? begun : `${begun}.`;
};
