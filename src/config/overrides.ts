import { isSecretKey } from './secrets.js';
import { at, child, isOpen, isSection, type Path, type Shape, shape } from './shape.js';

const PREFIX = 'SEATMAPD_';

/** Variables that begin with the prefix and are no keys of the configuration. */
const RESERVED = new Set(['SEATMAPD_CONFIG']);

/** A value that doesn't come from the file. */
export interface Override {
  /** The variable or the flag, as an operator names it. */
  readonly source: string;
  /** It may end beyond the schema, when the key is unknown. */
  readonly path: Path;
  readonly value: unknown;
}

/** How a source of overrides writes paths. */
interface Spelling {
  readonly separator: string;
  /** The key that a level names where the schema has none of that name. */
  key(level: string): string;
  /** The librdkafka property or topic configuration that the last levels name. */
  freeKey(name: string): string;
}

const VARIABLE: Spelling = {
  separator: '__',
  key: (level) => level.toLowerCase(),
  freeKey: (name) => name.toLowerCase().replaceAll('_', '.'),
};
const FLAG: Spelling = { separator: '.', key: (level) => level, freeKey: (name) => name };

/**
 * The overrides that the environment holds. `SEATMAPD_WORKERS__THREADS` is workers.threads: two underscores separate
 * levels, upper and lower case are the same. Among librdkafka properties and topic configurations one underscore is a dot:
 * `SEATMAPD_KAFKA__CLIENT__BOOTSTRAP_SERVERS`.
 */
export function fromEnvironment(environment: NodeJS.ProcessEnv): Override[] {
  return Object.keys(environment)
    .filter((source) => source.startsWith(PREFIX) && !RESERVED.has(source))
    .sort()
    .map((source) => override(source, pathOf(source.slice(PREFIX.length), VARIABLE), environment[source] ?? ''));
}

/** The overrides given as `--set key=value`: dotted path to value. */
export function fromFlags(flags: Readonly<Record<string, string>>): Override[] {
  return Object.entries(flags).map(([key, value]) => override(`--set ${key}`, pathOf(key, FLAG), value));
}

/** The path that `text` means; in a section of free keys, all that is left is one key. */
function pathOf(text: string, spelling: Spelling): Path {
  const levels = text.split(spelling.separator);
  const path: string[] = [];
  let node: Shape | undefined = shape;
  for (const [depth, level] of levels.entries()) {
    if (isSection(node) && isOpen(node))
      return [...path, spelling.freeKey(levels.slice(depth).join(spelling.separator))];
    const names: string[] = Object.keys(node?.properties ?? {});
    const key: string = names.find((name) => name.toLowerCase() === level.toLowerCase()) ?? spelling.key(level);
    path.push(key);
    node = node && child(node, key);
  }
  return path;
}

/**
 * A number or a boolean where one is expected; what doesn't look like one stays text, for the schema to refuse. The name
 * of a secret with `.file` or `.credential` behind it (`_FILE`, `_CREDENTIAL`) names where its value is.
 */
function override(source: string, path: Path, text: string): Override {
  const [, name = '', kind = ''] = /^(.+)[._](file|credential)$/.exec(path.slice(2).join('.')) ?? [];
  const secret = [...path.slice(0, 2), name];
  if (isSecretKey(secret)) return { source, path: secret, value: { [kind]: text } };
  const { type } = at(path) ?? {};
  if (type === 'boolean' && /^(true|false)$/.test(text)) return { source, path, value: text === 'true' };
  const isNumber = (type === 'integer' || type === 'number') && /^\s*-?\d+(\.\d+)?\s*$/.test(text);
  return { source, path, value: isNumber ? Number(text) : text };
}

/**
 * Sets the value of an override in plain objects, making the sections that are missing. A section that the file gives as
 * something else stays as it is, to be reported.
 */
export function assign(root: Record<string, unknown>, { path, value }: Override): void {
  let section = root;
  for (const key of path.slice(0, -1)) {
    const inner = Object.hasOwn(section, key) ? section[key] : undefined;
    const made = inner ?? setOwn(section, key, {});
    if (!isPlain(made)) return;
    section = made;
  }
  setOwn(section, path.at(-1) ?? '', value);
}

/** Sets a key of the object itself: as an assignment, `__proto__` would reach what all objects inherit from. */
function setOwn<Value>(section: Record<string, unknown>, key: string, value: Value): Value {
  Object.defineProperty(section, key, { value, configurable: true, enumerable: true, writable: true });
  return value;
}

export const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
