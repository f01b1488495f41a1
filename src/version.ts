import { existsSync, readFileSync } from 'node:fs';
import { internal } from './errors.js';

/** The version of the installed package. */
export function packageVersion(): string {
  // This file runs from src and from dist/src.
  const candidates = ['../package.json', '../../package.json'].map((path) => new URL(path, import.meta.url));
  const manifest = candidates.find((candidate) => existsSync(candidate));
  if (!manifest) throw internal('package.json is missing from the installation');
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
