import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { Daemon, killDaemons } from '../../support/daemon.js';
import { pause } from '../../support/kafka-client.js';
import { temporaryFolder } from '../../support/temporary.js';
import { seatmapd } from './seatmapd.js';

describe('seatmapd demo', () => {
  const { TMPDIR } = process.env;
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder('demo');
    process.env.TMPDIR = folder;
  });
  afterEach(async () => {
    await killDaemons();
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  });

  it('[mock] sells out sections, has every answer checked, exits 0 and leaves nothing behind', async () => {
    const demo = new Daemon(['demo', '--requests', '20000', '--sections', '4', '--seed', '3']);
    const { code } = await demo.exited;
    assert.equal(code, 0, demo.tail());
    const text = demo.text.join('\n');
    assert.match(
      text,
      /^ +\d+\.\d s {2}20,000 of 20,000 answered, [\d,]+\/s; [\d,]+ seats left, 3 of 4 sections sold out$/m,
    );
    assert.match(text, /^ +requests +20,000$/m);
    assert.match(text, /^ +seats sold +[\d,]{6} of [\d,]{6}$/m);
    assert.match(text, /^ {2}✓ seats sold twice +0$/m);
    assert.match(text, /^ {2}✓ answers missing +0$/m);
    assert.match(text, /^ {2}✓ answers duplicated +0$/m);
    assert.match(text, /^ {2}✓ last status = unsold seats +4 of 4 sections$/m);
    assert.match(text, /^ +the same as full maps +[\d,]+ bytes, [\d,]+ times as many$/m);
    assert.match(text, /^Every check passed\.$/m);
    assert.deepEqual(readdirSync(folder), []);
  });

  /** A demo that would go on for long, as soon as it has started its daemon. */
  async function longDemo(): Promise<{ demo: Daemon; daemonPid: number }> {
    const demo = new Daemon(['demo', '--rate', '100']);
    const started = (): string | undefined => demo.text.join('\n').match(/The daemon \(process (\d+)\)/)?.[1];
    while (started() === undefined && !demo.ended) await pause(20);
    assert.ok(!demo.ended, demo.tail());
    return { demo, daemonPid: Number(started()) };
  }

  it('[mock] ends the daemon and removes its files when it is asked to stop', async () => {
    const { demo, daemonPid } = await longDemo();
    const { code } = await demo.stop();
    assert.equal(code, 143, demo.tail());
    assert.ok(!existsSync(`/proc/${daemonPid}`), 'the daemon has ended');
    assert.deepEqual(readdirSync(folder), []);
  });

  it('[mock] says so when the daemon dies, exits 1 and leaves nothing behind', async () => {
    const { demo, daemonPid } = await longDemo();
    process.kill(daemonPid, 'SIGKILL');
    const { code } = await demo.exited;
    assert.equal(code, 1, demo.tail());
    assert.match(demo.text.join('\n'), /^The daemon ended \(SIGKILL\)/m);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('explains its options, and a mistake in them', () => {
    assert.match(seatmapd(['demo', '--help']).stdout, /--requests <n> .*\n(.*\n)*Examples:/);
    const { status, stderr } = seatmapd(['demo', '--sections', '99']);
    assert.equal(status, 78);
    assert.match(stderr, /expected a whole number from 1 to 16/);
  });
});
