import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { hasProgram, missingPrograms, projectRoot } from './kafka-jars.js';
import { removeFolder } from './temporary.js';

const run = promisify(execFile);
const folder = join(projectRoot, 'test', 'interop');
const mostOutputBytes = 64 * 1_048_576;

/** Every file that the Java program is made of. */
function* sources(path: string): Generator<string> {
  for (const name of readdirSync(path).sort()) {
    const inner = join(path, name);
    if (statSync(inner).isDirectory()) yield* sources(inner);
    else yield inner;
  }
}

/** Where the compiled program is kept: under a name of its sources' hash, so that a change compiles anew. */
function target(): string {
  const hash = createHash('sha256');
  const files = [join(folder, 'pom.xml'), ...sources(join(folder, 'src')), ...sources(join(projectRoot, 'schemas'))];
  for (const file of files) hash.update(file.slice(projectRoot.length)).update(readFileSync(file));
  return join(projectRoot, '.cache', `interop-${hash.digest('hex').slice(0, 16)}`);
}

const classpathOf = (built: string): string =>
  [join(built, 'classes'), readFileSync(join(built, 'classpath'), 'utf8').trim()].join(delimiter);

const isBuilt = (built: string): boolean =>
  existsSync(join(built, 'classpath')) &&
  classpathOf(built)
    .split(delimiter)
    .every((part) => existsSync(part));

/** Compiles the program unless that was done; without a network where Maven has all it needs. @returns its class path */
async function classpath(): Promise<string> {
  const built = target();
  if (!isBuilt(built)) {
    const partial = `${built}.${process.pid}`;
    const command = ['-q', '-B', '-f', join(folder, 'pom.xml'), `-Dtarget=${partial}`, 'compile'];
    await run('mvn', ['-o', ...command]).catch(() => run('mvn', command));
    removeFolder(built);
    renameSync(partial, built);
  }
  return classpathOf(built);
}

/** Skips where the program can't be run; else compiles it. */
export async function interopOrSkip(context: Mocha.Context): Promise<void> {
  const canRun = (await missingPrograms()).length === 0 && (isBuilt(target()) || (await hasProgram('mvn')));
  const canCompile = isBuilt(target()) || (await hasProgram('javac'));
  if (canRun && canCompile) return void (await classpath());
  process.stdout.write(
    'Skipped: the Java application that writes the inputs and reads the outputs, for want of a JDK 17 or Maven (Debian: openjdk-17-jdk-headless, maven).\n',
  );
  context.skip();
}

/** Runs the program; resolves with the lines that it printed. */
export async function runInterop(args: readonly string[]): Promise<string[]> {
  const flags = [
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Xmx256m',
    '-Dfile.encoding=UTF-8',
    '-Dstdout.encoding=UTF-8',
  ];
  const command = [...flags, '-cp', await classpath(), 'seatmapd.interop.Interop', ...args];
  const { stdout } = await run('java', command, { maxBuffer: mostOutputBytes });
  return stdout.split('\n').filter((line) => line !== '');
}
