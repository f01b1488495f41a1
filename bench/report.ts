import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { projectRoot } from '../test/support/kafka-jars.js';
import { chart } from './report/chart.js';
import { benchmarkDocument } from './report/document.js';
import { partsOf } from './report/parts.js';
import { withSection } from './report/readme-section.js';
import { newestResults, readResults } from './report/results-files.js';

const program = new Command('bench:report')
  .description("Writes the README's section, docs/BENCHMARK.md and docs/benchmark.svg from results of the benchmark.")
  .argument(
    '[files...]',
    'results; each part is taken from the newest that has it; default: the newest of bench/results',
  )
  .option('--into <folder>', 'whose README.md and docs/ are written', projectRoot)
  .action((paths: string[], { into }: { into: string }) => report(paths, into));

try {
  program.parse();
} catch (error) {
  program.error(error instanceof Error ? error.message : String(error));
}

function report(paths: readonly string[], into: string): void {
  const files = paths.length === 0 ? [newestResults(projectRoot)] : paths.map((path) => readResults(projectRoot, path));
  const parts = partsOf(files);
  const readme = join(into, 'README.md');
  const drawing = chart(parts);
  const drawn = drawing !== undefined;
  // All texts are made before the first is written, so that a mistake leaves all of them as they were.
  const texts = new Map([
    [readme, withSection(readFileSync(readme, 'utf8'), parts, drawn)],
    [join(into, 'docs', 'BENCHMARK.md'), benchmarkDocument(parts, drawn)],
    ...(drawn ? [[join(into, 'docs', 'benchmark.svg'), drawing] as const] : []),
  ]);
  mkdirSync(join(into, 'docs'), { recursive: true });
  for (const [file, text] of texts) {
    writeFileSync(file, text);
    process.stdout.write(`${file}\n`);
  }
}
