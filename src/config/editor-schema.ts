import { OWNED_PROPERTIES } from './owned.js';
import { dotted, isOpen, type Path, type Shape, shape } from './shape.js';

/** A JSON value, as the schema's text consists of. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/** What stands in a file in place of a value that a file of its own holds (src/config/references.ts). */
const references: readonly JsonObject[] = [
  {
    type: 'object',
    properties: {
      file: { type: 'string', pattern: '^/', description: 'Absolute path of the file that holds the value.' },
    },
    required: ['file'],
    additionalProperties: false,
  },
  {
    type: 'object',
    properties: {
      credential: {
        type: 'string',
        pattern: '^[A-Za-z0-9._-]+$',
        description: 'Name of a systemd credential (LoadCredential): a file in $CREDENTIALS_DIRECTORY.',
      },
    },
    required: ['credential'],
    additionalProperties: false,
  },
];

/**
 * JSON Schema (draft 7, which editors know) of a configuration file, made from the zod schema: names, types, bounds, defaults and
 * descriptions for completion and for marking mistakes while one types. It is a little more lenient than `check-config`:
 * nothing is required, since variables and flags may give it, and rules that concern two keys are not in it.
 */
export const editorSchema = (): JsonObject => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'seatmapd.yaml, the configuration of seatmapd',
  ...edited(shape, []),
});

/** The text of docs/seatmapd.schema.json. */
export const editorSchemaText = (): string => `${JSON.stringify(editorSchema(), null, 2)}\n`;

function edited(node: Shape, path: Path): JsonObject {
  const { type, description, enum: values, minimum, maximum, minLength, maxLength, multipleOf, pattern } = node;
  const kept = { description, enum: values, minimum, maximum, minLength, maxLength, multipleOf, pattern };
  const facts = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)) as JsonObject;
  if (type !== 'object') {
    const plain = { ...facts, type: type as Json, ...fallback(node) };
    return isReferable(path) ? { description: description ?? '', anyOf: [plain, ...references] } : plain;
  }
  const listed = Object.entries(node.properties ?? {}).map(([key, inner]) => [
    key,
    edited(inner as Shape, [...path, key]),
  ]);
  return {
    ...facts,
    // A section that is left empty has its defaults.
    type: ['object', 'null'],
    properties: { ...Object.fromEntries(listed), ...refusedIn(path) },
    additionalProperties: isOpen(node) ? value(path) : false,
  };
}

/** A default that is the same everywhere. */
const fallback = (node: Shape): JsonObject =>
  node.default === undefined || node.defaultText !== undefined ? {} : { default: node.default as Json };

/** Whether the value of a listed key may be read from a file (src/config/references.ts). */
const isReferable = ([first, second]: Path): boolean =>
  first === 'kafka' || (first === 'avro' && second === 'registry');

/** A librdkafka property, which may be read from a file, or a topic configuration. */
function value(path: Path): JsonObject {
  const plain = { type: ['string', 'number', 'boolean'] };
  return path[0] === 'kafka' ? { anyOf: [plain, ...references] } : plain;
}

/** The librdkafka properties that the daemon owns: nothing is valid there, and editors that know the two further words say why. */
function refusedIn(path: Path): JsonObject {
  if (path.length !== 2 || path[0] !== 'kafka') return {};
  const refused = [...OWNED_PROPERTIES].map(([property, reason]) => {
    const sentence = `${dotted([...path, property])} is set by the daemon: ${reason}`;
    return [property, { not: {}, description: sentence, errorMessage: sentence, doNotSuggest: true }];
  });
  return Object.fromEntries(refused);
}
