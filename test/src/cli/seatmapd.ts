import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

/** By its place: the command line runs in folders that have no node_modules. */
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** Runs the command line from source, in `folder`, with no configuration in the environment. */
export function seatmapd(
  words: readonly string[],
  folder?: string,
): { status: number | null; stdout: string; stderr: string } {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SEATMAPD_')));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', TSX, MAIN, ...words], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}
