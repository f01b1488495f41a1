import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));
export const kafkaFolder = join(projectRoot, 'test', 'kafka');

export async function hasProgram(name: string): Promise<boolean> {
  try {
    await run(name, ['-version']);
    return true;
  } catch {
    return false;
  }
}

/** Why a real Kafka can't be booted on this machine: the programs that are missing; empty when it can. */
export async function missingPrograms(): Promise<string[]> {
  const programs = cachedClasspath() === undefined ? ['java', 'mvn'] : ['java'];
  const found = await Promise.all(programs.map(hasProgram));
  return programs.filter((_, index) => !found[index]);
}

/** The class path is kept under a name made of the pom's hash, so that another version resolves anew. */
function cacheFile(): string {
  const hash = createHash('sha256')
    .update(readFileSync(join(kafkaFolder, 'pom.xml')))
    .digest('hex');
  return join(projectRoot, '.cache', `kafka-classpath-${hash.slice(0, 16)}.txt`);
}

function cachedClasspath(): string | undefined {
  const file = cacheFile();
  if (!existsSync(file)) return undefined;
  const classpath = readFileSync(file, 'utf8').trim();
  return classpath !== '' && classpath.split(delimiter).every((jar) => existsSync(jar)) ? classpath : undefined;
}

/** The Java class path of Apache Kafka, resolved by Maven from test/kafka/pom.xml once and then kept in .cache/. */
export async function kafkaClasspath(): Promise<string> {
  const cached = cachedClasspath();
  if (cached !== undefined) return cached;
  const file = cacheFile();
  const partial = `${file}.${process.pid}`;
  mkdirSync(join(projectRoot, '.cache'), { recursive: true });
  const pom = join(kafkaFolder, 'pom.xml');
  await run('mvn', ['-q', '-B', '-f', pom, 'dependency:build-classpath', `-Dmdep.outputFile=${partial}`]);
  renameSync(partial, file);
  return readFileSync(file, 'utf8').trim();
}
