import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Kafka from 'node-rdkafka';
import { kafkaFolder, projectRoot } from '../test/support/kafka-jars.js';
import type { Machine, Results, Versions } from './results.js';

const run = promisify(execFile);

export const machine = (): Machine => ({
  cpu: cpuName(),
  cores: cpus().length,
  memoryBytes: totalmem(),
  kernel: release(),
});

/** Virtual machines often give the vendor's name alone, whatever the processor is; family and model tell which it is. */
function cpuName(): string {
  const text = readFileSync('/proc/cpuinfo', 'utf8');
  const field = (name: string): string | undefined => new RegExp(`^${name}\\s*: (.*)$`, 'm').exec(text)?.[1];
  return `${cpus()[0]?.model.trim() ?? 'unknown'} (family ${field('cpu family')}, model ${field('model')})`;
}

export async function versions(): Promise<Versions> {
  // Java writes its version to stderr.
  const { stderr } = await run('java', ['-version']);
  const pom = readFileSync(join(kafkaFolder, 'pom.xml'), 'utf8');
  return {
    node: process.versions.node,
    java: /version "([^"]+)"/.exec(stderr)?.[1] ?? 'unknown',
    kafka: /<kafka\.version>([^<]+)</.exec(pom)?.[1] ?? 'unknown',
    librdkafka: Kafka.librdkafkaVersion,
  };
}

/** The commit that is checked out, and whether the working tree differs from it. */
export async function checkedOut(): Promise<Results['commit']> {
  const git = async (...args: string[]): Promise<string> =>
    (await run('git', args, { cwd: projectRoot })).stdout.trim();
  const hash = await git('rev-parse', '--short=10', 'HEAD');
  return { hash, dirty: (await git('status', '--porcelain')) !== '' };
}
