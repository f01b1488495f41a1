import { spawnSync } from 'node:child_process';

/** Runs a program to its end and returns its stdout. @throws Error with its stderr, or naming the Debian package that has it */
export function runProgram(
  program: string,
  words: readonly string[],
  { cwd, environment, packaged }: { cwd?: string; environment?: NodeJS.ProcessEnv; packaged: string },
): string {
  const env = { ...process.env, ...environment };
  const { error, status, stdout, stderr } = spawnSync(program, words, { cwd, env, encoding: 'utf8' });
  if (error !== undefined) throw new Error(`${program} can't be run (${error.message}): install ${packaged}`);
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${status}:\n${stderr}`);
  return stdout;
}
