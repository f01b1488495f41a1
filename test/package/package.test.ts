import assert from 'node:assert/strict';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { buildPackage } from '../../package/build.js';
import { drain, expectedOf, loadInputs } from '../e2e/run.js';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { Daemon, killDaemons } from '../support/daemon.js';
import { projectRoot } from '../support/kafka-jars.js';
import { untilConsumed } from '../support/progress.js';
import { Random } from '../support/random.js';
import { temporaryFolder } from '../support/temporary.js';
import { nameInputs, nameOutputs } from '../support/topics.js';
import { verify } from '../support/verify.js';
import { CleanRoot } from './root.js';

/** The user, which a purge leaves: files of its may lie elsewhere. */
const left = ['etc/.pwd.lock', 'etc/group', 'etc/gshadow', 'etc/passwd', 'etc/shadow'];

describe('the Debian package', () => {
  let broker: Broker;
  let root: CleanRoot;
  const topics = { ...nameInputs(), ...nameOutputs() };
  before(async function () {
    if (process.getuid?.() !== 0 || !existsSync('/usr/bin/dpkg-shlibdeps')) {
      process.stdout.write('Skipped: the Debian package, for want of root or of dpkg-dev.\n');
      this.skip();
    }
    broker = await brokerOrSkip(this);
    const output = temporaryFolder('package');
    const file = await buildPackage({ root: projectRoot, output, compression: 'gzip' });
    root = new CleanRoot();
    root.dpkg('--install', file);
  });
  afterEach(killDaemons);

  /** A verb of the installed program, with the installed configuration and what this host sets in variables. */
  function installed(...words: string[]): Daemon {
    const { application, init, requests, results, status } = topics;
    return new Daemon([...words, '-c', root.at('etc/seatmapd/seatmapd.yaml')], {
      from: root.at('usr/bin/seatmapd'),
      environment: {
        SEATMAPD_APPLICATION: application,
        SEATMAPD_KAFKA__CLIENT__BOOTSTRAP_SERVERS: broker.bootstrapServers,
        SEATMAPD_TOPICS__INIT: init,
        SEATMAPD_TOPICS__REQUESTS: requests,
        SEATMAPD_TOPICS__RESULTS: results,
        SEATMAPD_TOPICS__STATUS: status,
        SEATMAPD_STATE__DIRECTORY: root.at('var/lib/seatmapd'),
      },
    });
  }

  async function ends(code: number, ...words: string[]): Promise<string> {
    const verb = installed(...words);
    assert.equal((await verb.exited).code, code, `${words.join(' ')}:\n${verb.tail()}`);
    return verb.text.join('\n');
  }

  it('puts everything in its place: unit, user, configuration, manual, completions, no leftovers of a build', () => {
    for (const path of [
      'usr/lib/systemd/system/seatmapd.service',
      'usr/lib/systemd/system/seatmapd@.service',
      'usr/lib/sysusers.d/seatmapd.conf',
      'usr/lib/tmpfiles.d/seatmapd.conf',
      'usr/share/man/man1/seatmapd.1.gz',
      'usr/share/man/man5/seatmapd.yaml.5.gz',
      'usr/share/bash-completion/completions/seatmapd',
      'usr/share/zsh/vendor-completions/_seatmapd',
      'usr/share/fish/vendor_completions.d/seatmapd.fish',
      'usr/share/doc/seatmapd/copyright',
    ])
      assert.ok(root.has(path), path);
    assert.match(
      readFileSync(root.at('usr/lib/systemd/system/seatmapd.service'), 'utf8'),
      /^ExecStart=\/usr\/bin\/seatmapd run/m,
    );
    assert.match(readFileSync(root.at('etc/passwd'), 'utf8'), /^seatmapd:/m);
    const contents = root.contents();
    const unwanted = /\.(ts|map|o|a|h|c|cc|gyp|d)$|README|obj\.target|\.musl\./;
    assert.deepEqual(
      contents.filter((path) => path.startsWith('usr/lib/seatmapd/') && unwanted.test(path)),
      [],
    );
    const sizeBytes = contents.reduce((sum, path) => sum + lstatSync(root.at(path)).size, 0);
    assert.ok(sizeBytes < 30_000_000, `${sizeBytes} bytes are installed`);
    // The schema that the configuration's first line names for editors.
    const [, schema = ''] = /\$schema=\/(\S+)/.exec(readFileSync(root.at('etc/seatmapd/seatmapd.yaml'), 'utf8')) ?? [];
    assert.ok(root.has(schema), schema);
  });

  it('does the main job, started by hand: topics, a load whose every answer is verified, a request by hand', async () => {
    assert.match(await ends(0, 'check-config'), /seatmapd\.yaml: ok$/);
    const single = ['--replication', '1', '--min-insync-replicas', '1'];
    await ends(0, 'topics', 'create', '--partitions', '4', ...single);
    await loadInputs(broker, topics, new Random(7), { sections: 20, rows: 20, seatsPerRow: 50, requests: 20_000 });
    const daemon = installed('run');
    await daemon.waitFor('ready');
    await untilConsumed(broker.bootstrapServers, topics, daemon);
    await ends(0, 'init', '99', 'Balcony', '--rows', '1', '--seats-per-row', '2');
    assert.match(await ends(0, 'reserve', '99', 'Balcony', '2'), /^CONFIRMED: Balcony-1, Balcony-2 /);
    await ends(1, 'reserve', '99', 'Balcony', '1');
    await drain(daemon);
    assert.deepEqual(daemon.events('nativeUnavailable'), [], 'the addon came along');
    await verify(broker.bootstrapServers, topics, await expectedOf(broker, topics));
  });

  it('is removed with its configuration and state kept, and purged with nothing left but its user', () => {
    root.dpkg('--remove', 'seatmapd');
    assert.ok(!root.has('usr'), 'of the program nothing');
    assert.ok(root.has('etc/seatmapd/seatmapd.yaml') && root.has('var/lib/seatmapd'));
    root.dpkg('--purge', 'seatmapd');
    assert.deepEqual(root.contents(), left);
  });
});
