import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { projectRoot } from '../support/kafka-jars.js';
import type { Random } from '../support/random.js';
import { mutated } from './mutate.js';
import { tree } from './settings-inputs.js';

/** No mistake may show it, for it stands where a password does. */
export const SECRET = 'Tr0ub4dor';

const brokers = 'kafka: { client: { bootstrap.servers: "a:1,b:2" } }\n';
const documents = [
  brokers,
  `application: box-office\n${brokers}workers:\n  threads: 2\nbatch: { inFlight: 3, maxWaitMs: 5 }\n`,
  `${brokers}topics:\n  init: a\n  create:\n    partitions: 8\n    config: { retention.ms: 1000, cleanup.policy: compact }\n`,
  'kafka:\n  client: &all\n    bootstrap.servers: a:1\n    ssl.ca.pem: |\n      -----BEGIN\n      x\n  consumer: *all\n  producer: {}\n',
  `# a comment\n${brokers}limits: {seatsPerSection: 1_000, messageBytes: 2.5e3}\nstatus:\n  payload: full # another\n  emit: 'every'\n`,
  `%YAML 1.2\n---\n${brokers}state: { directory: "/var/lib/\\u00e9", durability: power }\n...\n`,
];
const whole = readFileSync(join(projectRoot, 'systemd', 'seatmapd.yaml'), 'utf8');

const words = [
  ...[
    '- ',
    ': ',
    ':',
    '{',
    '}',
    '[',
    ']',
    ',',
    '\n',
    '\n  ',
    '\t',
    '#',
    '? ',
    '|',
    '>-\n',
    '"',
    "'",
    '\\',
    '\r',
    '\u2028',
    '\u0085',
  ],
  ...[
    '&a ',
    '*a',
    '*a: ',
    '<<: *a',
    '!!set ',
    '!!binary ',
    '!!omap ',
    '!!timestamp ',
    '! ',
    '!x ',
    '---\n',
    '...\n',
    '%YAML 1.1\n---\n',
  ],
  ...[
    '~',
    'null',
    'yes',
    '.inf',
    '.nan',
    '-0',
    '1e400',
    '0x10',
    '0o7',
    '1:30',
    '2001-12-14',
    '9007199254740993',
    '1.0',
    '""',
    '{}',
    '[]',
  ],
  ...[
    '__proto__: ',
    'constructor: ',
    'toString: ',
    'kafka',
    'client',
    'workers',
    'threads',
    'bootstrap.servers',
    'group.id',
    'acks',
  ],
].map((word) => Buffer.from(word));

/** Text that is large, or deep, for its few kinds of characters: what takes a parser long or takes its stack. */
function heavy(random: Random): string {
  const count = random.pick([50, 100, 101, 1_000, 5_000]);
  const numbered = (line: (index: number) => string): string =>
    Array.from({ length: count }, (_, at) => line(at)).join('');
  return random.pick([
    () => '['.repeat(count),
    () => '{a: '.repeat(count),
    () => `${'- '.repeat(count)}x`,
    () => numbered((index) => (index < 500 ? `${' '.repeat(index)}a:\n` : '')),
    () => numbered((index) => `k${index}: 1\n`),
    () => `a: &a [x]\nb: [${numbered((index) => (index === 0 ? '*a' : ', *a'))}]\n`,
    () => `${numbered((index) => `a${index}: &a${index} [${index === 0 ? 'x' : `*a${index - 1}, *a${index - 1}`}]\n`)}`,
    () => `b: [${numbered(() => '*none, ')}]\n`,
    () => `${'k'.repeat(count * 10)}: 1\n`,
    () => `workers: { threads: ${'9'.repeat(count)} }\n`,
    () => `io: "${'\\x07'.repeat(count)}"\n`,
    () => `${brokers}${'#'.repeat(count)}\n${'\n'.repeat(count)}`,
  ])();
}

function anyDocument(random: Random): string {
  const kind = random.next();
  if (kind < 0.4) return random.pick(documents);
  if (kind < 0.42) return whole;
  const value = tree(random);
  return kind < 0.7 ? JSON.stringify(value) : stringify(value, { aliasDuplicateObjects: false });
}

const changed = (random: Random, text: string): string =>
  mutated(random, Buffer.from(text), { others: [Buffer.from(random.pick(documents))], words }).toString();

/** What YAML takes for something else than text when a password begins, goes on or ends so. */
const beginnings = [
  '',
  '',
  '*',
  '&',
  '!',
  '"',
  "'",
  '%',
  '@',
  '`',
  '|',
  '>',
  '"\\q',
  '{',
  '[',
  '- ',
  '#',
  '!<',
  '{ file: ',
  '\t',
];
const ends = ['', '', ':', '"', "'", ': x', ' #', '}', ']', '\\', ' *x', '!', ' |', '\n      more', '\n -', '\r'];

/** A file, and whether SECRET stands in it as the value of sasl.password. */
export type YamlInput = { readonly text: string; readonly hasSecret: boolean };

export function yamlInput(random: Random): YamlInput {
  const kind = random.next();
  if (kind < 0.0001) return { text: heavy(random), hasSecret: false };
  const document = anyDocument(random);
  const text = random.next() < 0.3 ? document : changed(random, document);
  if (kind < 0.8) return { text, hasSecret: false };
  const password = `${random.pick(beginnings)}${SECRET}${random.pick(ends)}`;
  const head = `kafka:\n  client:\n    bootstrap.servers: a:1\n    sasl.password: ${password}\n`;
  return { text: `${head}${random.next() < 0.5 ? text : ''}`, hasSecret: true };
}
