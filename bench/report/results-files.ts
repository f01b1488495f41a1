import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { type Results, resultsVersion } from '../results.js';
import type { ResultsFile } from './parts.js';

const resultsFolder = join('bench', 'results');

/** @throws when a file is not a results file of this version */
export function readResults(root: string, path: string): ResultsFile {
  let results: Results;
  try {
    results = JSON.parse(readFileSync(path, 'utf8')) as Results;
  } catch (error) {
    throw new Error(`${path} can't be read as results`, { cause: error });
  }
  if (results.version !== resultsVersion) {
    throw new Error(`${path} is not a results file of version ${resultsVersion}`);
  }
  return { file: shownName(root, path), results };
}

/** The newest of bench/results/. @throws when there is none */
export function newestResults(root: string): ResultsFile {
  const folder = join(root, resultsFolder);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const [newest] = names
    .filter((name) => name.endsWith('.json'))
    .map((name) => readResults(root, join(folder, name)))
    .sort((one, other) => other.results.startedAt.localeCompare(one.results.startedAt));
  if (!newest) throw new Error(`${resultsFolder} holds no results: run npm run bench first`);
  return newest;
}

/** From the project's folder, if it is in there; else its name alone, for the folder says something about a machine. */
function shownName(root: string, path: string): string {
  const fromRoot = relative(root, resolve(path));
  return fromRoot.startsWith('..') ? basename(path) : fromRoot;
}
