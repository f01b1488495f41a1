import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { seatmapd } from './seatmapd.js';

describe('seatmapd check-config', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'seatmapd-check-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const check = (yaml: string, ...more: string[]) => {
    writeFileSync(join(folder, 'seatmapd.yaml'), yaml);
    return seatmapd(['check-config', '-c', 'seatmapd.yaml', ...more], folder);
  };

  it('prints all three mistakes of a file with line and column, and exits 78', () => {
    const yaml =
      'kafka:\n  client:\n    bootstrap.servers: "a:1"\n    group.id: mine\nworkers:\n  threads: two\nlogs: {}\n';
    const { status, stdout, stderr } = check(yaml);
    assert.equal(status, 78);
    assert.equal(stdout, '');
    assert.deepEqual(stderr.split('\n'), [
      'seatmapd.yaml:4:15: kafka.client.group.id: is set by the daemon: the consumer group is the application; set application',
      'seatmapd.yaml:6:12: workers.threads: expected number, got "two"',
      'seatmapd.yaml:7:1: logs: unknown key; did you mean log?',
      '',
    ]);
  });

  it('says ok, and warns that at_least_once has no fencing', () => {
    const { status, stdout, stderr } = check(
      'kafka: { client: { bootstrap.servers: "a:1" } }\n',
      '--set',
      'guarantee=at_least_once',
    );
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^seatmapd\.yaml: ok\nseatmapd\.yaml: warning: guarantee: at_least_once: there is no fencing/);
  });

  it('asks librdkafka, offline, about every property, and places what it refuses', () => {
    const yaml = 'kafka:\n  client: { bootstrap.servers: "a:1" }\n  producer:\n    linger.ms: soon\n    lingerms: 5\n';
    const { status, stderr } = check(yaml);
    assert.equal(status, 78);
    assert.match(stderr, /^seatmapd\.yaml:4:16: kafka\.producer\.linger\.ms: librdkafka: Invalid value/m);
    assert.match(
      stderr,
      /^seatmapd\.yaml:5:15: kafka\.producer\.lingerms: librdkafka: No such configuration property/m,
    );
  });

  it('--print: what is in force, each value with its origin, no secret; it can be read again where nothing is hidden', () => {
    writeFileSync(join(folder, 'password'), 'canary-file\n', { mode: 0o400 });
    const yaml = `kafka:
  client:
    bootstrap.servers: "a:1"
    sasl.password: { file: ${join(folder, 'password')} }
    ssl.key.password: canary-plain
    client.rack: { file: ${join(folder, 'password')} }
workers: { threads: 3 }
`;
    const { status, stdout, stderr } = check(yaml, '--print', '--set', 'log.level=warn');
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stdout + stderr, /canary-/);
    for (const line of [
      '    bootstrap.servers: a:1 # seatmapd.yaml:3:24',
      '    sasl.password: (hidden) # seatmapd.yaml:4:20',
      '    ssl.key.password: (hidden) # seatmapd.yaml:5:23',
      '    client.rack: (hidden) # seatmapd.yaml:6:18',
      '  threads: 3 # seatmapd.yaml:7:21',
      '  level: warn # --set log.level',
      'guarantee: exactly_once # default',
    ])
      assert.ok(stdout.split('\n').includes(line), `${line}\nis missing in\n${stdout}`);
    // What every user may read is warned of, beside the YAML and not within it.
    assert.match(stderr, /^seatmapd\.yaml: warning: kafka\.client\.ssl\.key\.password: every user/);
    const again = check(stdout, '--print');
    assert.equal(again.status, 0, again.stderr);
    assert.deepEqual(parse(again.stdout), parse(stdout));
  });
});
