import type { ConfigurationFile, Position } from './file.js';
import type { SchemaMistake } from './mistakes.js';
import type { Override } from './overrides.js';
import { shownKey } from './secrets.js';
import { at, dotted, isSection, type Path } from './shape.js';

/** A mistake with where it stands: in the file, in a variable, in a flag, or nowhere when something is missing. */
export interface PlacedMistake {
  readonly source: string | undefined;
  readonly position: Position | undefined;
  readonly text: string;
}

/** Knows where each value of a configuration was given. */
export class Places {
  constructor(
    private readonly file: ConfigurationFile | undefined,
    private readonly overrides: readonly Override[],
  ) {}

  /** The mistakes of the file as such. */
  ofFile(): PlacedMistake[] {
    return (this.file?.mistakes ?? []).map((mistake) => ({ source: this.file?.name, ...mistake }));
  }

  /** Those before the first break of the file's syntax, or elsewhere: what follows it may be read as what it is not. */
  beforeBreak(mistakes: readonly PlacedMistake[]): PlacedMistake[] {
    const first = this.ofFile().reduce((least, mistake) => Math.min(least, order(mistake)), Number.POSITIVE_INFINITY);
    return mistakes.filter((mistake) => mistake.position === undefined || order(mistake) < first);
  }

  /** An unknown key stands wherever it is set; a wrong value where the value in force was given. */
  ofMistake({ path, text: reason, about }: SchemaMistake): PlacedMistake[] {
    const text = path.length === 0 ? reason : `${dotted(path.map(shownKey))}: ${reason}`;
    const { file } = this;
    const inFile = (position: Position | undefined): PlacedMistake => ({ source: file?.name, position, text });
    if (about === 'key') {
      const sources = this.overrides.filter((override) => begins(override.path, path));
      const placed = sources.map(({ source }) => ({ source, position: undefined, text }));
      return file?.has(path) ? [inFile(file.positionOfKey(path)), ...placed] : placed;
    }
    const override = this.overrideOf(path);
    if (override) return [{ source: override.source, position: undefined, text }];
    return [inFile(about === 'absence' ? file?.positionOfKey(path) : file?.positionOfValue(path))];
  }

  /** The override that gave the value at `path`; where the file has none, one that gave a key below it. */
  private overrideOf(path: Path): Override | undefined {
    const { overrides, file } = this;
    const whole = overrides.findLast((candidate) => begins(path, candidate.path));
    if (whole || file?.has(path)) return whole;
    return overrides.findLast((candidate) => begins(candidate.path, path));
  }

  /** Dotted path to where its value was given, for all that was given. */
  origins(): Map<string, string> {
    const origins = new Map<string, string>();
    const { file } = this;
    if (file) {
      for (const path of leaves(file.value)) origins.set(dotted(path), placed(file.name, file.positionOfValue(path)));
    }
    for (const { path, source } of this.overrides) origins.set(dotted(path), source);
    return origins;
  }
}

/** Where a mistake stands in the file, for comparison; infinite when it stands elsewhere. */
const order = ({ position }: PlacedMistake): number =>
  position ? position.line * 1_000_000 + position.column : Number.POSITIVE_INFINITY;

/** The mistakes as lines, those of the file first, in the file's order. */
export function lines(mistakes: readonly PlacedMistake[]): string[] {
  const sorted = mistakes.toSorted((one, other) =>
    order(one) < order(other) ? -1 : order(one) > order(other) ? 1 : 0,
  );
  const worded = sorted.map(({ source, position, text }) =>
    printable(source === undefined ? text : `${placed(source, position)}: ${text}`),
  );
  return [...new Set(worded)];
}

/** Text on one line that leaves a terminal as it is: keys, and names of variables and flags, can hold any character. */
export const printable = (text: string): string =>
  text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);

const placed = (source: string, position: Position | undefined): string =>
  position ? `${source}:${position.line}:${position.column}` : source;

const begins = (path: Path, start: Path): boolean => start.every((key, depth) => path[depth] === key);

/** The paths of all values that are no sections. */
function leaves(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null || !isSection(at(path))) return value === null ? [] : [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}
