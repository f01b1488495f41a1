import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allow } from '../support/acls.js';
import { kafkaOrSkip } from '../support/broker.js';
import { type Settings, writeConfiguration } from '../support/configuration.js';
import { Daemon, killDaemons, startDaemon } from '../support/daemon.js';
import { untilConsumed } from '../support/progress.js';
import { Random } from '../support/random.js';
import { type SecuredBroker, startSecuredBroker } from '../support/secured-broker.js';
import { createAllTopics, type Topics } from '../support/topics.js';
import { verify } from '../support/verify.js';
import { drain, expectedOf, loadInputs } from './run.js';

const partitions = 4;
const shape = { sections: 20, rows: 20, seatsPerRow: 50, requests: 20_000 };

/** In nobody's output, and in no other one's words. */
const canary = `canary-${randomBytes(9).toString('hex')}`;
const wrongCanary = `canary-${randomBytes(9).toString('hex')}`;

const needed = ['may-all', 'no-read', 'no-write', 'no-group', 'no-transactions'] as const;
type User = (typeof needed)[number];
const allBut = (user: User): readonly User[] => needed.filter((one) => one !== user);

describe('a listener with TLS, SCRAM-SHA-512 and ACLs', () => {
  let broker: SecuredBroker;
  let topics: Topics;
  before(async function () {
    await kafkaOrSkip(this);
    broker = await startSecuredBroker(Object.fromEntries([...needed, 'operator'].map((user) => [user, canary])));
    topics = await createAllTopics(broker.bootstrapServers, partitions);
    const { application, init, requests, results, status, changelog, deadLetters } = topics;
    // What docs/OPERATIONS.md says is needed, and no more.
    await Promise.all(
      [
        { operations: ['Describe'], users: needed, topics: [init, requests, results, status, changelog, deadLetters] },
        { operations: ['Read', 'DescribeConfigs'], users: allBut('no-read'), topics: [init, requests, changelog] },
        {
          operations: ['Write', 'DescribeConfigs'],
          users: allBut('no-write'),
          topics: [results, status, changelog, deadLetters],
        },
        {
          operations: ['Describe', 'DescribeConfigs', 'Read', 'Write'],
          users: ['operator'],
          topics: [init, requests, results, status, changelog, deadLetters],
        },
        { operations: ['Describe'], users: ['operator'], groups: `${application}-client` },
        { operations: ['Read'], users: allBut('no-group'), groups: application },
        { operations: ['Write'], users: allBut('no-transactions'), transactionalIds: `${application}/` },
      ].map((grant) => allow(broker, grant)),
    );
    await loadInputs(broker, topics, new Random(5), shape);
  });
  afterEach(killDaemons);
  after(() => broker?.stop());

  /** As an operator sets it up under systemd; `more` are librdkafka properties of every client. */
  function configured(user: User | 'operator', more: Settings = {}, settings: Settings = {}): string {
    const client = {
      'security.protocol': 'sasl_ssl',
      'ssl.ca.location': broker.authority.certificate,
      'sasl.mechanism': 'SCRAM-SHA-512',
      'sasl.username': user,
      'sasl.password': { credential: user },
      ...more,
    };
    return writeConfiguration(broker.securedServers, topics, { ...settings, kafka: { client } }).file;
  }

  const environment = (): Record<string, string> => ({ CREDENTIALS_DIRECTORY: broker.credentials });
  const start = (file: string): Daemon => startDaemon(file, { environment: environment() });
  const outputOf = (daemon: Daemon): string => JSON.stringify([daemon.lines, daemon.text]);

  async function failsWith(code: number, sentence: RegExp, file: string): Promise<void> {
    const daemon = start(file);
    assert.deepEqual(await daemon.exited, { code, signal: null }, daemon.tail());
    const fatal = daemon.events('fatal').map(({ msg }) => msg ?? '');
    assert.equal(fatal.length, 1, daemon.tail());
    assert.match(fatal[0] as string, sentence);
    assert.doesNotMatch(outputOf(daemon), /canary-/);
  }

  it('who is not let in ends with 78 and is told why: credentials, certificate, host name, authority', async () => {
    const file = join(broker.credentials, 'wrong');
    writeFileSync(file, wrongCanary, { mode: 0o400 });
    const byAddress = broker.securedServers.replace('localhost', '127.0.0.1');
    await Promise.all([
      failsWith(
        78,
        /lets this client in.*SASL authentication.*check .*sasl\.password/s,
        configured('may-all', { 'sasl.password': { file } }),
      ),
      failsWith(
        78,
        /lets this client in.*does not offer this mechanism/s,
        configured('may-all', { 'sasl.mechanism': 'PLAIN' }),
      ),
      failsWith(
        78,
        /lets this client in.*certificate is not trusted/s,
        configured('may-all', { 'ssl.ca.location': broker.stranger.certificate }),
      ),
      failsWith(
        78,
        /lets this client in.*certificate is not trusted/s,
        configured('may-all', { 'bootstrap.servers': byAddress }),
      ),
      failsWith(
        78,
        /can't make a client.*ssl\.ca\.location/s,
        configured('may-all', { 'ssl.ca.location': '/nowhere/ca.pem' }),
      ),
    ]);
  });

  for (const [user, sentence] of [
    ['no-transactions', /^not authorized: init failed: .*[Aa]uthorization failed/],
    ['no-group', /^not authorized: .*Group authorization failed/],
    ['no-read', /^not authorized: .*Topic authorization failed/],
    ['no-write', /^not authorized: .*Topic authorization failed/],
  ] as const) {
    it(`who has not the rights ends with 78, the right named, and does not try for ever: ${user}`, () =>
      failsWith(78, sentence, configured(user)));
  }

  it('check-config --connect tells who is not let in and which right is missing, as a run would end, and tries nothing', async () => {
    async function checked(user: User | 'operator', code: number, line: RegExp, more: Settings = {}): Promise<void> {
      const check = new Daemon(['check-config', '--connect', '-c', configured(user, more)], {
        environment: environment(),
      });
      assert.deepEqual(await check.exited, { code, signal: null }, check.tail());
      assert.match(check.text.join('\n'), line);
      assert.doesNotMatch(outputOf(check), /canary-/);
    }
    await Promise.all([
      checked('may-all', 0, /^rights to topics: ok: .*^group \S+: ok: .*^transactional\.id \S+: untried: /ms),
      checked('no-read', 78, new RegExp(`^rights to topics: mistake: .*READ of ${topics.init}`, 'm')),
      checked('no-write', 78, new RegExp(`^rights to topics: mistake: .*WRITE of ${topics.results}`, 'm')),
      checked('no-group', 78, /^group \S+: mistake: /m),
      checked('may-all', 78, /^brokers, as a producer: mistake: .*SASL authentication/m, {
        'sasl.password': wrongCanary,
      }),
    ]);
  });

  it('who has not the right to write ends with 78: at_least_once', () =>
    failsWith(
      78,
      /^not authorized: .*[Aa]uthorization failed/,
      configured('no-write', {}, { guarantee: 'at_least_once' }),
    ));

  it('the rights that the documentation names are enough for the whole job; no password in any output', async () => {
    const daemon = start(configured('may-all', { debug: 'security,broker,conf' }));
    await daemon.waitFor('ready');
    assert.doesNotMatch(readFileSync(`/proc/${daemon.pid}/cmdline`, 'utf8'), /canary-/);
    await untilConsumed(broker.bootstrapServers, topics, daemon);
    await drain(daemon);
    assert.doesNotMatch(outputOf(daemon), /canary-/);
    assert.deepEqual(daemon.events('topicsUnverified'), [], daemon.tail());
    await verify(broker.bootstrapServers, topics, await expectedOf(broker, topics));
  });

  it('every other verb works on it as well, and shows no password either', async () => {
    const daemon = start(configured('may-all', {}, { instance: 'two' }));
    await daemon.waitFor('ready');
    async function ends(words: readonly string[], code: number, file: string): Promise<void> {
      const verb = new Daemon([...words, '-c', file], { environment: environment() });
      assert.equal((await verb.exited).code, code, `${words.join(' ')}:\n${verb.tail()}`);
      assert.doesNotMatch(outputOf(verb), /canary-/);
    }
    const wrong = configured('operator', { 'sasl.password': wrongCanary });
    const refused = Promise.all([
      ends(['check-config'], 0, wrong),
      ends(['topics', 'create'], 78, wrong),
      ends(['reserve', '1', 'Z', '1'], 78, wrong),
    ]);
    const right = configured('operator');
    await ends(['topics', 'create'], 0, right);
    await ends(['init', '1', 'Z', '--rows', '1', '--seats-per-row', '1'], 0, right);
    await ends(['reserve', '1', 'Z', '1'], 0, right);
    await ends(['reserve', '1', 'Z', '1'], 1, right);
    await refused;
    await drain(daemon);
  });
});
