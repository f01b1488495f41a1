import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodeOf, type Finding } from '../../../src/check/finding.js';
import { stateFindings } from '../../../src/check/state.js';
import { temporaryFolder } from '../../support/temporary.js';

const verdicts = (findings: readonly Finding[]): string[] => findings.map(({ verdict }) => verdict);

describe('the check of the state directory', () => {
  it('is content with one that a start can make, or that is there', () => {
    const folder = temporaryFolder('check');
    const [absent, disk] = stateFindings(join(folder, 'deeper', 'still'), 'seatmapd');
    assert.match(absent?.sentence ?? '', /a start makes it/);
    assert.match(disk?.sentence ?? '', /GiB are free/);
    mkdirSync(join(folder, 'seatmapd'));
    const [present] = stateFindings(folder, 'seatmapd');
    assert.equal(present?.verdict, 'ok');
  });

  it('finds a file in the way (78), and a folder that can not be written', () => {
    const folder = temporaryFolder('check');
    writeFileSync(join(folder, 'file'), '');
    const inTheWay = stateFindings(join(folder, 'file', 'state'), 'seatmapd');
    assert.equal(verdicts(inTheWay)[0], 'mistake');
    assert.equal(exitCodeOf(inTheWay), 78);
    // Nothing is closed to root but what the kernel keeps to itself.
    const closed = process.getuid?.() === 0 ? '/proc/sys' : folder;
    if (closed === folder) chmodSync(folder, 0o500);
    assert.equal(exitCodeOf(stateFindings(closed, 'seatmapd')), 78);
  });

  it('names a process that holds it, and none that only once did', async () => {
    const folder = temporaryFolder('check');
    mkdirSync(join(folder, 'seatmapd'));
    const lock = join(folder, 'seatmapd', 'lock');
    const descriptor = openSync(lock, 'w');
    const holder = spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore', descriptor] });
    writeFileSync(lock, `${holder.pid}\n`);
    const [held] = stateFindings(folder, 'seatmapd');
    assert.equal(held?.verdict, 'warning');
    assert.ok(held.sentence.includes(`process ${holder.pid}`), held.sentence);
    holder.kill();
    await once(holder, 'exit');
    assert.equal(stateFindings(folder, 'seatmapd')[0]?.verdict, 'ok');
  });
});
