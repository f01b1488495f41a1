import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { projectRoot } from '../support/kafka-jars.js';
import { atExit, removeFolder, temporaryFolder } from '../support/temporary.js';
import type { Tally } from './target.js';

/** An input that takes longer hangs: the slowest takes seconds. */
const hangsAfterMs = 300_000;
const lookEveryMs = 5_000;

export type TargetRun = { readonly tally: Tally; readonly seconds: number };

/**
 * Fuzzes a target in a process of its own, which may crash or hang. @throws Error that says what was found and what
 * repeats it
 */
export async function runTarget(name: string, seed: number, inputs: number): Promise<TargetRun> {
  const folder = temporaryFolder('fuzz');
  const progressFile = join(folder, 'seed');
  const script = join(projectRoot, 'test', 'fuzz', 'one-target.ts');
  const args = ['--import', 'tsx', script, name, String(seed), String(inputs), progressFile];
  const startedMs = Date.now();
  const child = spawn(process.execPath, args, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] });
  const withdraw = atExit(() => child.kill('SIGKILL'));
  const watch = watchProgress(progressFile, () => child.kill('SIGKILL'));
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('close', (code, signal) => resolve(code === 0 ? undefined : `ended with ${signal ?? code}`));
  });
  const [output, errors, end] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  watch.stop();
  withdraw();
  const last = seedIn(progressFile);
  removeFolder(folder);
  if (end === undefined) return { tally: JSON.parse(output) as Tally, seconds: (Date.now() - startedMs) / 1_000 };
  const how = watch.hangs() ? 'hangs' : end;
  throw new Error(`${name}: the process ${how}: npm run fuzz -- ${name} --seed ${last} --inputs 1\n${errors}`);
}

function seedIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Calls `onHang` when the seed in a file stays the same for too long. */
function watchProgress(file: string, onHang: () => void): { stop(): void; hangs(): boolean } {
  let last = '';
  let sinceMs = Date.now();
  let isHanging = false;
  const timer = setInterval(() => {
    const seed = seedIn(file);
    if (seed !== last) {
      last = seed;
      sinceMs = Date.now();
    } else if (Date.now() - sinceMs > hangsAfterMs) {
      isHanging = true;
      onHang();
    }
  }, lookEveryMs);
  return { stop: () => clearInterval(timer), hangs: () => isHanging };
}
