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
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memoryBytes: totalmem(),
  kernel: release(),
});

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
