import type { z } from 'zod';
import { nearest } from './nearest.js';
import { isPlain } from './overrides.js';
import { isSecret } from './secrets.js';
import { at, child, dotted, isOpen, isSection, type Path, type Shape, shape } from './shape.js';

type Issue = z.core.$ZodIssue;

/** One key or value that the schema refuses. */
export interface SchemaMistake {
  readonly path: Path;
  readonly text: string;
  /** What is wrong: the key itself, a value, or that there is none. */
  readonly about: 'key' | 'value' | 'absence';
}

/** What the schema found, one mistake for each unknown key and each wrong value. `input` is what was checked. */
export function mistakesOf(issues: readonly Issue[], input: unknown): SchemaMistake[] {
  return issues.flatMap((issue): SchemaMistake[] => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: [...path, key], text: unknownKey(path, key), about: 'key' }));
    }
    const value = valueAt(input, path);
    if (value === undefined && issue.code === 'invalid_type') {
      return [{ path, text: 'is missing; it has no default', about: 'absence' }];
    }
    return [{ path, text: wrongValue(issue, path, value), about: 'value' }];
  });
}

/** `__proto__` among librdkafka properties and topic configurations: zod leaves it out there without a word. */
export const leftOut = (input: unknown): SchemaMistake[] => leftOutOf(input, shape, []);

function leftOutOf(value: unknown, node: Shape | undefined, path: Path): SchemaMistake[] {
  if (!isPlain(value) || !isSection(node)) return [];
  const inner = Object.entries(value).flatMap(([key, one]) => leftOutOf(one, child(node, key), [...path, key]));
  if (!isOpen(node) || !Object.hasOwn(value, '__proto__')) return inner;
  return [{ path: [...path, '__proto__'], text: 'unknown key', about: 'key' }, ...inner];
}

function unknownKey(section: Path, key: string): string {
  const likely = nearest(key, Object.keys(at(section)?.properties ?? {}));
  return likely === undefined ? 'unknown key' : `unknown key; did you mean ${dotted([...section, likely])}?`;
}

function wrongValue(issue: Issue, path: Path, value: unknown): string {
  if (issue.code === 'custom') return issue.message;
  return `${expectation(issue)}, got ${shown(path, value)}`;
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `expected ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.join(', ')}`;
    case 'invalid_union':
      return 'expected string, number or boolean';
    case 'too_small':
      return issue.origin === 'string' ? 'expected some text' : `expected at least ${issue.minimum}`;
    case 'too_big':
      return `expected at most ${issue.maximum}${issue.origin === 'string' ? ' characters' : ''}`;
    case 'not_multiple_of':
      return `expected a multiple of ${issue.divisor}`;
    default:
      return issue.message;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  int: 'a whole number',
  object: 'keys with values',
  record: 'keys with values',
};

/** A value as a mistake shows it: short, never the contents of a section, and never a secret. */
function shown(path: Path, value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'keys with values';
  if (isSecret(path)) return '(secret)';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function valueAt(input: unknown, path: Path): unknown {
  let value = input;
  for (const key of path) value = (value as Record<string, unknown> | null | undefined)?.[key];
  return value;
}
