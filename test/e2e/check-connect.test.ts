import assert from 'node:assert/strict';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { type Settings, writeConfiguration } from '../support/configuration.js';
import { Daemon, killDaemons, startDaemon } from '../support/daemon.js';
import { untilConsumed } from '../support/progress.js';
import { Random } from '../support/random.js';
import { createAllTopics, createTopics, nameInputs, nameOutputs, type Topics } from '../support/topics.js';
import { drain, loadInputs } from './run.js';

describe('check-config --connect: what a start needs, looked at beside a daemon that goes on', () => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  afterEach(killDaemons);

  /** Its lines, once it has ended with `code`. */
  async function checked(code: number, file: string): Promise<string[]> {
    const check = new Daemon(['check-config', '--connect', '-c', file]);
    assert.deepEqual(await check.exited, { code, signal: null }, check.tail());
    return check.text;
  }

  const configured = (topics: Topics, settings: Settings = {}, servers = broker.bootstrapServers) =>
    writeConfiguration(servers, topics, settings);

  function includes(lines: readonly string[], ...patterns: readonly RegExp[]): void {
    for (const pattern of patterns)
      assert.ok(
        lines.some((line) => pattern.test(line)),
        `${pattern} in\n${lines.join('\n')}`,
      );
  }

  it('everything is in order: one line each; a daemon that runs goes on, and its hold on the state is told', async () => {
    const topics = await createAllTopics(broker.bootstrapServers, 3);
    const { file } = configured(topics);
    includes(
      await checked(0, file),
      /^state .*: ok: is not there yet/,
      /^disk of .*: (ok|warning): [\d.]+ GiB are free/,
      /^brokers, as a producer: ok: 127\.0\.0\.1:\d+ answers, cluster /,
      /^brokers, as a consumer: ok: /,
      new RegExp(`^topic ${topics.changelog}: ok: 3 partitions, cleanup\\.policy=compact$`),
      new RegExp(`^topic ${topics.requests}: ok: 3 partitions, cleanup\\.policy=delete$`),
      /^rights to topics: ok: /,
      /^group .*: ok: nothing is committed yet$/,
      /^transactional\.id .*\/one\/0: untried: /,
    );
    await loadInputs(broker, topics, new Random(11), { sections: 6, rows: 2, seatsPerRow: 5, requests: 30 });
    const daemon = startDaemon(file);
    await daemon.waitFor('ready');
    await untilConsumed(broker.bootstrapServers, topics, daemon);
    includes(
      await checked(0, file),
      new RegExp(`^state .*: warning: held by process ${daemon.pid}, `),
      /^group .*: ok: [1-6] partitions/,
    );
    // Neither fenced nor rebalanced: it drains in order, and was assigned once.
    await drain(daemon);
    assert.equal(daemon.events('assigned').length, 1);
    includes(await checked(0, file), /^state .*: ok: writable, its own, not in use$/);
  });

  it('every mistake is a line of its own, and the exit code is 78: missing topics, counts, cleanup.policy, state', async () => {
    const topics = { ...nameInputs(), ...nameOutputs() };
    const { init, requests, results, status, changelog } = topics;
    await createTopics(broker.bootstrapServers, [
      { topic: init, partitions: 3 },
      { topic: requests, partitions: 5 },
      { topic: results, partitions: 3, compacted: true },
      { topic: changelog, partitions: 3 },
    ]);
    const { file } = configured(topics, { state: { directory: '/proc/sys/nowhere' } });
    const lines = await checked(78, file);
    includes(
      lines,
      /^state \/proc\/sys\/nowhere\/.*: mistake: /,
      new RegExp(`^topic ${status}: mistake: does not exist`),
      new RegExp(`^topic ${results}: warning: 3 partitions; .*cleanup\\.policy=compact`),
      new RegExp(`^topic ${changelog}: mistake: .*cleanup\\.policy=delete`),
    );
    await createTopics(broker.bootstrapServers, [
      { topic: status, partitions: 3, compacted: true },
      { topic: topics.deadLetters, partitions: 1 },
    ]);
    includes(await checked(78, configured(topics).file), /^partitions: mistake: .*has 3 and .*has 5/);
  });

  it('no broker answers: 75', async () => {
    const topics = { ...nameInputs(), ...nameOutputs() };
    const { file } = configured(topics, {}, '127.0.0.1:1');
    includes(await checked(75, file), /^brokers, as a producer: mistake: No Kafka broker answers at 127\.0\.0\.1:1/);
  });
});
