import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { brokerOrSkip } from '../support/broker.js';
import { writeConfiguration } from '../support/configuration.js';
import { killDaemons, startDaemon } from '../support/daemon.js';
import { examplesOf } from '../support/documents.js';
import { projectRoot } from '../support/kafka-jars.js';
import { initRecord } from '../support/load.js';
import { produceAll } from '../support/produce.js';
import { createOutputs, createTopics } from '../support/topics.js';
import { drain } from './run.js';

/** Tells each module that node resolves, from the thread of its hooks. */
const hooks = `import { writeSync } from 'node:fs';
export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  writeSync(1, 'module ' + resolved.url + '\\n');
  return resolved;
}`;
const register = `import { register } from 'node:module';
register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)}));`;

describe('the package', () => {
  afterEach(killDaemons);

  it('exports seatmapd/client, which loads neither LMDB nor Piscina, and of the workers pure leaves alone', () => {
    const script = `import * as client from 'seatmapd/client';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
console.log('exports ' + Object.keys(client).sort().join());
for (const file of Object.keys(createRequire(import.meta.url).cache)) console.log('module ' + file);
for (const [file] of readFileSync('/proc/self/maps', 'utf8').matchAll(/\\/\\S+\\.node$/gm)) console.log('addon ' + file);`;
    const from = [
      '--import',
      `data:text/javascript,${encodeURIComponent(register)}`,
      '--input-type=module',
      '-e',
      script,
    ];
    const lines = execFileSync(process.execPath, from, { cwd: projectRoot }).toString().trim().split('\n');
    const of = (kind: string): string[] =>
      lines.filter((line) => line.startsWith(`${kind} `)).map((line) => line.slice(kind.length + 1));

    const [exported = ''] = of('exports');
    for (const name of ['SectionStatusCache', 'ReservationClient', 'OutcomeUnknownError', 'bareDecoder'])
      assert.ok(exported.split(',').includes(name), name);
    const modules = of('module');
    const nameOf = (url: string): string | undefined => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
    const packages = new Set(modules.map(nameOf).filter((name) => name !== undefined));
    assert.ok(packages.has('node-rdkafka') && packages.has('avsc'));
    for (const name of ['lmdb', 'piscina', 'pino', 'zod', 'yaml', 'commander']) assert.ok(!packages.has(name), name);
    const workers = modules.flatMap((url) => /\/dist\/workers\/(.+)\.js$/.exec(url)?.[1] ?? []);
    const leaves = ['avro', 'bytes', 'murmur2', 'section-key', 'text', 'transcoder', 'undecodable', 'varint', 'walk'];
    assert.deepEqual([...new Set(workers)].sort(), leaves);
    const addons = [...new Set(of('addon'))].map((file) => file.replace(/.*\//, ''));
    assert.deepEqual(addons, ['node-librdkafka.node']);
  });

  it('has types for what it exports', () => {
    const { exports } = JSON.parse(readFileSync(`${projectRoot}/package.json`, 'utf8')) as {
      exports: Record<string, { types: string; default: string }>;
    };
    const { types = '' } = exports['./client'] ?? {};
    assert.match(readFileSync(`${projectRoot}/${types}`, 'utf8'), /SectionStatusCache/);
  });

  it('does on a broker what the examples of README.md and docs/CLIENT.md say', async function () {
    const { bootstrapServers } = await brokerOrSkip(this);
    const [example = assert.fail('README.md has no example')] = examplesOf('README.md');
    assert.equal(examplesOf('docs/CLIENT.md')[0], example);
    // The example has the topics' default names.
    const outputs = await createOutputs(bootstrapServers, 2);
    const inputs = { init: 'section-init', requests: 'reservation-requests' };
    const topics = { ...outputs, ...inputs, results: 'reservation-completed', status: 'section-status' };
    await createTopics(
      bootstrapServers,
      [topics.init, topics.requests, topics.results, topics.status].map((topic) => ({ topic, partitions: 2 })),
    );
    const init = { eventId: 1n, section: 'Balcony', rows: 1, seatsPerRow: 3, initialReserved: ['Balcony-1'] };
    await produceAll(bootstrapServers, [initRecord(topics, init, Date.now())]);
    const daemon = startDaemon(writeConfiguration(bootstrapServers, topics).file);
    await daemon.waitFor('ready');
    const run = ['--input-type=module', '-e', example.replace('127.0.0.1:9092', bootstrapServers)];
    const { stdout } = await promisify(execFile)(process.execPath, run, { cwd: projectRoot });
    assert.equal(stdout, "CONFIRMED [ 'Balcony-2', 'Balcony-3' ]\n");
    await drain(daemon);
  });
});
