import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { projectRoot } from '../support/kafka-jars.js';
import { temporaryFolder } from '../support/temporary.js';

/** A package with the addon's sources alone, and a node-gyp that is the shell script `nodeGyp`. */
function makePackage(nodeGyp: string): string {
  const root = temporaryFolder('addon');
  const native = join(root, 'native');
  mkdirSync(native);
  for (const name of ['build.mjs', 'binding.gyp', 'src']) {
    cpSync(join(projectRoot, 'native', name), join(native, name), { recursive: true });
  }
  mkdirSync(join(root, 'bin'));
  writeFileSync(join(root, 'bin', 'node-gyp'), `#!/bin/sh\n${nodeGyp}\n`);
  chmodSync(join(root, 'bin', 'node-gyp'), 0o755);
  return root;
}

function withLibrary(root: string): void {
  const release = join(root, 'node_modules', 'node-rdkafka', 'build', 'Release');
  mkdirSync(release, { recursive: true });
  writeFileSync(join(root, 'node_modules', 'node-rdkafka', 'package.json'), '{ "name": "node-rdkafka" }');
  writeFileSync(join(release, 'node-librdkafka.node'), '');
}

/** Runs the install script as npm does. */
function install(root: string): { status: number | null; stdout: string; stderr: string } {
  const path = [join(root, 'bin'), process.env.PATH].join(delimiter);
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'native', 'build.mjs')], {
    cwd: root,
    env: { ...process.env, PATH: path, npm_lifecycle_event: 'install' },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('the installation of the addon', () => {
  it('goes on with one warning and the reason when the addon can not be built', () => {
    const missing = install(makePackage('exit 1'));
    assert.deepEqual([missing.status, missing.stdout], [0, '']);
    assert.match(missing.stderr, /^seatmapd: warning: .*\(node-rdkafka is not installed\).*\n$/);

    const failures: readonly [script: string, reason: string][] = [
      ['echo "../src/a.cc:3:9: error: expected a token" >&2; exit 1', 'expected a token'],
      ['echo "gyp ERR! stack Error: Could not find any Python" >&2; exit 1', 'Could not find any Python'],
      ['exit 3', 'node-gyp ended with 3'],
    ];
    for (const [script, reason] of failures) {
      const root = makePackage(script);
      withLibrary(root);
      const { status, stdout, stderr } = install(root);
      assert.deepEqual([status, stdout], [0, '']);
      assert.match(stderr, /^seatmapd: warning: .*\n$/);
      assert.ok(stderr.includes(`(${reason})`), stderr);
    }
  });

  it('says nothing when it succeeds, and builds again only for newer sources or a newer node-rdkafka', () => {
    const root = makePackage('mkdir -p build/Release; touch build/Release/seatmapd_native.node; echo run >> runs');
    withLibrary(root);
    const runs = () =>
      readFileSync(join(root, 'native', 'runs'), 'utf8')
        .trim()
        .split('\n').length;
    const installs = (expected: number) => {
      assert.deepEqual(install(root), { status: 0, stdout: '', stderr: '' });
      assert.equal(runs(), expected);
    };
    const addon = join(root, 'native', 'build', 'Release', 'seatmapd_native.node');
    const seconds = Date.now() / 1_000;
    const modify = (path: string, atSeconds: number) => utimesSync(path, atSeconds, atSeconds);
    installs(1);
    assert.ok(existsSync(addon));
    modify(addon, seconds + 10);
    installs(1);
    modify(join(root, 'native', 'src', 'call.cc'), seconds + 20);
    installs(2);
    modify(join(root, 'native', 'src', 'call.cc'), seconds);
    modify(addon, seconds + 30);
    modify(join(root, 'node_modules', 'node-rdkafka', 'build', 'Release', 'node-librdkafka.node'), seconds + 40);
    installs(3);
  });
});
