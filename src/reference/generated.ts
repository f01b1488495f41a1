import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * Files of the project that are made from its source, by their paths. `--write` writes them in the current folder;
 * `--check` has the process exit with 1 when one is not what `source` says.
 */
export function writeOrCheck(
  generated: Readonly<Record<string, () => string>>,
  source: string,
  mode: string | undefined,
): void {
  for (const [file, text] of Object.entries(generated)) {
    if (mode === '--write') writeFileSync(file, text());
    else if (mode !== '--check' || !existsSync(file) || readFileSync(file, 'utf8') !== text()) {
      process.stderr.write(`${file} is not what ${source} says: run npm run docs\n`);
      process.exitCode = 1;
    }
  }
}
