import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from './control.js';
import { dependencies } from './dependencies.js';
import { productionModules } from './modules.js';
import { runProgram } from './run-program.js';
import { stage } from './stage.js';
import { Tree } from './tree.js';

export interface BuildOptions {
  /** The project's folder, built. */
  readonly root: string;
  /** The folder that the package is put into. */
  readonly output: string;
  /** xz is small, gzip quick. */
  readonly compression: 'xz' | 'gzip';
}

/** Makes `seatmapd_<version>_<architecture>.deb` and returns its path. */
export async function buildPackage({ root, output, compression }: BuildOptions): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const architecture = runProgram('dpkg', ['--print-architecture'], { packaged: 'dpkg' }).trim();
  const source = { root, version, epochSeconds: epochOf(root), modules: productionModules(root) };
  const scratch = mkdtempSync(join(tmpdir(), 'seatmapd-package-'));
  try {
    const tree = new Tree(join(scratch, 'tree'));
    await stage(source, tree);
    describe(source, tree, architecture, dependencies(tree, join(scratch, 'dependencies')));
    tree.date(source.epochSeconds);
    mkdirSync(output, { recursive: true });
    const file = join(output, `seatmapd_${version}_${architecture}.deb`);
    runProgram('dpkg-deb', ['--root-owner-group', `-Z${compression}`, '--build', tree.folder, file], {
      environment: { SOURCE_DATE_EPOCH: String(source.epochSeconds) },
      packaged: 'dpkg',
    });
    return file;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** $SOURCE_DATE_EPOCH, else the time of the last commit: the same sources make the same package. */
function epochOf(root: string): number {
  const given =
    process.env.SOURCE_DATE_EPOCH ?? runProgram('git', ['log', '-1', '--format=%ct'], { cwd: root, packaged: 'git' });
  return Number(given.trim());
}
