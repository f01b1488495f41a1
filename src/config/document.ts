import { fileURLToPath } from 'node:url';
import { writeOrCheck } from '../reference/generated.js';
import { editorSchemaText } from './editor-schema.js';
import { OWNED_PROPERTIES } from './owned.js';
import { SECRET_PROPERTIES, SECRET_REGISTRY_KEYS } from './secrets.js';
import { dotted, isOpen, isSection, type Path, type Shape, shape } from './shape.js';
import { fallbackOf, typeOf } from './wording.js';

const INTRODUCTION = `# Configuration

<!-- Generated from src/config by \`npm run docs\`; do not edit. -->

One YAML file holds everything; \`systemd/seatmapd.yaml\` is one with every default in it. Only
\`kafka.client.bootstrap.servers\` has no default. \`seatmapd check-config\` checks a configuration offline and prints every
mistake with its place; mistakes end any verb with exit code 78. \`check-config --print\` shows what is in force and where each
value was given; \`check-config --connect\` also tries what a start needs.

Editors complete and check a file whose first line is \`# yaml-language-server: $schema=…\`, with the path or the address of
[seatmapd.schema.json](seatmapd.schema.json), which is made from the same schema.

## Where values come from

Later ones win:

1. the defaults below;
2. the file: \`--config FILE\`, else \`$SEATMAPD_CONFIG\`, else \`/etc/seatmapd/seatmapd.yaml\` if it exists;
3. the environment: \`SEATMAPD_WORKERS__THREADS=4\` is \`workers.threads\`. Two underscores separate levels, upper and lower case
   are the same. Among librdkafka properties and topic configurations one underscore is a dot:
   \`SEATMAPD_KAFKA__CLIENT__BOOTSTRAP_SERVERS\`. Another variable that begins with \`SEATMAPD_\` is a mistake;
4. flags: \`--set workers.threads=4\`, as often as needed.

Unknown keys are mistakes. A section that is left empty has its defaults. Names end in their unit: \`Ms\` is milliseconds,
\`Bytes\` is bytes.
`;

const SECRETS = `
## Secrets

Any librdkafka property, and each value of \`avro.registry\`, can be given as a file that holds it; one line end at the end of it
is left out:

    kafka:
      client:
        sasl.password: { credential: sasl-password }        # of systemd: $CREDENTIALS_DIRECTORY/sasl-password
        ssl.key.password: { file: /etc/seatmapd/key-password }

In variables, and in flags, \`_FILE\` (\`.file\`) or \`_CREDENTIAL\` (\`.credential\`) behind the name of a secret says the same:
\`SEATMAPD_KAFKA__CLIENT__SASL_PASSWORD_FILE=/run/secrets/password\`. The file of a secret must not be open to every user of the
machine. A value that was read from a file, and a secret, is never shown; \`--set\` refuses such a value, for
command lines are seen by everyone. Secrets are ${[...SECRET_REGISTRY_KEYS].map((name) => `\`avro.registry.${name}\``).join(', ')} and the properties
${[...SECRET_PROPERTIES].map((name) => `\`${name}\``).join(', ')}.
`;

const OWNED_INTRODUCTION = `
## librdkafka properties that are refused

They are set by the daemon, for the reason given, and refused under \`kafka.client\`, \`kafka.consumer\` and \`kafka.producer\`.
\`acks\` may be \`all\` (\`-1\`) only, and callbacks (\`…_cb\`) can't be set.

| property | reason |
|---|---|
`;

/** The text of docs/CONFIGURATION.md, made from the schema and the list of owned properties. */
export function documentation(): string {
  const keys = Object.entries(shape.properties ?? {}).filter((entry): entry is [string, Shape] => isShape(entry[1]));
  const single = keys.filter(([, node]) => !isSection(node)).flatMap(([key, node]) => rows([key], node));
  const sections = keys
    .filter(([, node]) => isSection(node))
    .map(([key, node]) => `\n## ${key}\n\n${node.description ?? ''}\n\n${table(rows([key], node))}`);
  const owned = [...OWNED_PROPERTIES].map(([property, reason]) => `| \`${property}\` | ${cell(reason)} |\n`);
  return `${INTRODUCTION}\n## Keys without a section\n\n${table(single)}${sections.join('')}${SECRETS}${OWNED_INTRODUCTION}${owned.join('')}`;
}

const isShape = (node: unknown): node is Shape => typeof node === 'object';

const table = (lines: readonly string[]): string => `| key | type | default | |\n|---|---|---|---|\n${lines.join('')}`;

/** The rows of a key: of a section, those of its keys; of an open one, its own first. */
function rows(path: Path, node: Shape): string[] {
  const cells = [`\`${dotted(path)}\``, typeOf(node), fallbackOf(path, node), node.description ?? ''];
  const row = `| ${cells.map(cell).join(' | ')} |\n`;
  const inner = Object.entries(node.properties ?? {}).flatMap(([key, value]) =>
    isShape(value) ? rows([...path, key], value) : [],
  );
  return isSection(node) && !isOpen(node) ? inner : [row, ...inner];
}

/** Text as a table's cell; outside code, which its odd parts between backquotes are, it must not look like HTML. */
function cell(text: string): string {
  const parts = text.replaceAll('|', '\\|').split('`');
  return parts.map((part, index) => (index % 2 === 0 ? part.replaceAll('<', '&lt;') : part)).join('`');
}

const GENERATED: Readonly<Record<string, () => string>> = {
  'docs/CONFIGURATION.md': documentation,
  'docs/seatmapd.schema.json': editorSchemaText,
};

if (process.argv[1] === fileURLToPath(import.meta.url)) writeOrCheck(GENERATED, 'src/config', process.argv[2]);
