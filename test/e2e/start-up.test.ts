import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { type Settings, writeConfiguration } from '../support/configuration.js';
import { Daemon, killDaemons, startDaemon } from '../support/daemon.js';
import { temporaryFolder } from '../support/temporary.js';
import { createAllTopics, createTopics, nameInputs, nameOutputs, type Topics } from '../support/topics.js';
import { drain } from './run.js';

describe('a start that fails ends with one clear sentence and its exit code', () => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  afterEach(killDaemons);

  async function failsWith(code: number, sentence: RegExp, file: string): Promise<void> {
    const daemon = startDaemon(file);
    assert.deepEqual(await daemon.exited, { code, signal: null }, daemon.tail());
    const fatal = daemon.events('fatal').map(({ msg }) => msg ?? '');
    assert.equal(fatal.length, 1, daemon.tail());
    assert.match(fatal[0] as string, sentence);
    assert.deepEqual(daemon.text, [], 'nothing but log lines');
  }

  const configured = (topics: Topics, settings?: Settings): string =>
    writeConfiguration(broker.bootstrapServers, topics, settings).file;

  it('missing topics: 78, each is named', async () => {
    const topics = { ...nameInputs(), ...nameOutputs() };
    const sentence = new RegExp(`^(?=.*${topics.init})(?=.*${topics.requests})(?=.*${topics.changelog})`, 's');
    await failsWith(78, sentence, configured(topics));
  });

  it('inputs of unequal partition counts: 78, both counts are told', async () => {
    const topics = { ...nameInputs(), ...nameOutputs() };
    await createTopics(broker.bootstrapServers, [
      { topic: topics.init, partitions: 3 },
      { topic: topics.requests, partitions: 5 },
      { topic: topics.results, partitions: 3 },
      { topic: topics.status, partitions: 3, compacted: true },
      { topic: topics.changelog, partitions: 3, compacted: true },
      { topic: topics.deadLetters, partitions: 1 },
    ]);
    await failsWith(78, /\b3\b.*\b5\b|\b5\b.*\b3\b/s, configured(topics));
  });

  it('a changelog that is not compacted: 78, cleanup.policy is named', async () => {
    const topics = { ...nameInputs(), ...nameOutputs() };
    const others = [topics.init, topics.requests, topics.results, topics.changelog, topics.deadLetters];
    await createTopics(broker.bootstrapServers, [
      ...others.map((topic) => ({ topic, partitions: 2 })),
      { topic: topics.status, partitions: 2, compacted: true },
    ]);
    await failsWith(
      78,
      new RegExp(`${topics.changelog}.*cleanup\\.policy|cleanup\\.policy.*${topics.changelog}`, 's'),
      configured(topics),
    );
  });

  it('an unreachable broker: 75, its address is told', async () => {
    const topics = { ...nameInputs(), ...nameOutputs() };
    // Port 1 is reserved and nothing listens there.
    await failsWith(75, /127\.0\.0\.1:1\b/, writeConfiguration('127.0.0.1:1', topics).file);
  });

  it('a state directory that can not be written: 78, it is named', async () => {
    const topics = await createAllTopics(broker.bootstrapServers, 2);
    const obstacle = join(temporaryFolder('obstacle'), 'file');
    writeFileSync(obstacle, '');
    const directory = join(obstacle, 'state');
    await failsWith(78, new RegExp(directory), configured(topics, { state: { directory } }));
  });

  it('a state directory that another process holds: 78, its pid is named', async () => {
    const topics = await createAllTopics(broker.bootstrapServers, 2);
    const { file, stateDirectory } = writeConfiguration(broker.bootstrapServers, topics);
    const holder = startDaemon(file);
    await holder.waitFor('ready');
    const settings = { instance: 'two', state: { directory: stateDirectory } };
    await failsWith(78, new RegExp(`\\b${holder.pid}\\b`), configured(topics, settings));
    await drain(holder);
  });
});

describe('check-config', () => {
  it('prints each of three mistakes with its line and column and exits 78', async () => {
    const file = join(temporaryFolder('mistakes'), 'seatmapd.yaml');
    const lines = [
      'kafka:',
      '  client: { bootstrap.servers: "127.0.0.1:9092" }',
      'workers: { threads: many }',
      'guarantee: twice',
      'status:',
      '  emitted: every',
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    const check = new Daemon(['check-config', '-c', file]);
    assert.deepEqual(await check.exited, { code: 78, signal: null }, check.tail());
    const output = check.text.join('\n');
    for (const place of [
      'seatmapd.yaml:3:\\d+: .*workers\\.threads',
      'seatmapd.yaml:4:\\d+: .*guarantee',
      'seatmapd.yaml:6:\\d+: .*emitted',
    ]) {
      assert.match(output, new RegExp(place));
    }
  });
});
