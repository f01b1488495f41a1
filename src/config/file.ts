import { readFileSync } from 'node:fs';
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import { messageOf } from '../errors.js';
import { excessOf } from './excess.js';
import type { Path } from './shape.js';

/** Where something stands in a file; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A mistake of the file as such, before its keys are looked at. */
export interface FileMistake {
  readonly position: Position | undefined;
  readonly text: string;
}

const START: Position = { line: 1, column: 1 };

/** What the parser says in words that are not for an operator, or with the tag itself, which may be a secret's beginning. */
const WORDED: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'expected one document',
  TAG_RESOLVE_FAILED: 'Unresolved tag',
  NON_STRING_KEY: 'expected text as a key',
};

/** A sentence of the parser without the piece of the file that some end with: it may be a secret, and the place tells it. */
const withoutSource = (sentence: string): string => sentence.replace(/(?:(?<=\S):|(?<=escape sequence)) .*$/s, '');

/** A configuration file (YAML 1.2): its value, its mistakes of syntax, and where each key and value stands. */
export class ConfigurationFile {
  readonly mistakes: readonly FileMistake[];
  /** What the file says, as plain objects; undefined when it can't be read. */
  readonly value: unknown;
  private readonly lines = new LineCounter();
  private readonly root: Node | null = null;
  private readonly resolve = (node: unknown): unknown => node;

  /** @param name as the operator gave it; every mistake begins with it. */
  constructor(readonly name: string) {
    const mistakes: FileMistake[] = [];
    this.mistakes = mistakes;
    let text: string;
    try {
      text = readFileSync(name, 'utf8');
    } catch (error) {
      mistakes.push({ position: undefined, text: `can't be read: ${messageOf(error)}` });
      return;
    }
    const excess = excessOf(text);
    if (excess !== undefined) {
      mistakes.push({ position: undefined, text: excess });
      return;
    }
    // Its warnings on stderr show what they are about.
    const options = {
      prettyErrors: false,
      logLevel: 'error',
      schema: 'core',
      // Nothing here is binary, a set or a date, whatever a tag says.
      resolveKnownTags: false,
      stringKeys: true,
    } as const;
    const document = parseDocument(text, { lineCounter: this.lines, ...options });
    for (const { pos, code, message } of [...document.errors, ...document.warnings]) {
      mistakes.push({ position: this.position(pos[0]), text: WORDED[code] ?? withoutSource(message) });
    }
    this.root = document.contents;
    this.resolve = (node) => (isAlias(node) ? node.resolve(document) : node);
    try {
      this.value = document.toJS();
    } catch (error) {
      const position = this.positionOf(unresolved(document)) ?? START;
      mistakes.push({ position, text: withoutSource(messageOf(error)) });
    }
  }

  /** Whether the file sets the key at `path`. */
  has(path: Path): boolean {
    return this.find(path).found;
  }

  /** Where the value at `path` stands, or the key of the nearest parent that the file has. */
  positionOfValue(path: Path): Position {
    const { found, key, value } = this.find(path);
    return (found && this.positionOf(value)) || this.positionOf(key) || START;
  }

  /** Where the key at `path` stands, or the nearest parent that the file has. */
  positionOfKey(path: Path): Position {
    return this.positionOf(this.find(path).key) ?? START;
  }

  private find(path: Path): { found: boolean; key: unknown; value: unknown } {
    let key: unknown;
    let value: unknown = this.root;
    for (const element of path) {
      const map = this.resolve(value);
      const pair = isMap(map) ? map.items.find((item) => nameOf(item.key) === element) : undefined;
      if (!pair) return { found: false, key, value };
      key = pair.key;
      value = pair.value;
    }
    return { found: this.root !== null, key, value };
  }

  private positionOf(node: unknown): Position | undefined {
    return isNode(node) && node.range ? this.position(node.range[0]) : undefined;
  }

  private position(offset: number): Position {
    const { line, col } = this.lines.linePos(offset);
    return { line, column: col };
  }
}

const nameOf = (key: unknown): string => String(isScalar(key) ? key.value : key);

/** The first alias whose anchor is missing. */
function unresolved(document: Document.Parsed): Alias | undefined {
  const anchors = new Set<string>();
  let found: Alias | undefined;
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node)) {
        if (anchors.has(node.source)) return undefined;
        found = node;
        return visit.BREAK;
      }
      if (node.anchor !== undefined) anchors.add(node.anchor);
      return undefined;
    },
  });
  return found;
}
