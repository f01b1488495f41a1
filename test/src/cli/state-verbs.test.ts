import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockState } from '../../../src/state-lock.js';
import { type MadeState, madeState } from '../../support/fakes/state.js';
import { temporaryFolder } from '../../support/temporary.js';
import { seatmapd } from './seatmapd.js';

describe('seatmapd state, by its verbs', () => {
  let state: MadeState;
  beforeEach(async () => {
    state = await madeState({
      0: [{ section: 'A', rows: 2, seatsPerRow: 12, initialReserved: ['A-3'] }],
      1: [{ section: 'B', rows: 50, seatsPerRow: 100 }],
    });
  });

  const run = (...words: string[]) => seatmapd(['state', ...words, '-c', state.file]);

  it('verify counts what it verified, and ends with 1 when it names a problem', () => {
    const whole = run('verify');
    assert.deepEqual([whole.status, whole.stdout], [0, 'verified 2 sections in 2 partitions: 0 problems, 0 notes\n']);
    const file = join(state.folder, '1', 'data.mdb');
    const bytes = readFileSync(file);
    bytes[bytes.lastIndexOf(Buffer.from([1, 0, 64, 0])) + 70]! ^= 1;
    writeFileSync(file, bytes);
    const { status, stdout } = run('verify');
    const expected = 'problem: partition 1, section "1-B": the checksum differs\n';
    assert.deepEqual([status, stdout], [1, `${expected}verified 2 sections in 2 partitions: 1 problem, 0 notes\n`]);
  });

  it('export writes to stdout, or to a file that is not there yet', () => {
    const sections = run('export').stdout.trimEnd().split('\n');
    assert.deepEqual(
      sections.map((line) => JSON.parse(line)).map(({ section, taken }) => [section, taken]),
      [
        ['A', [3]],
        ['B', []],
      ],
    );
    const file = join(temporaryFolder('export'), 'state.avro');
    assert.equal(run('export', '--format', 'avro', '-o', file).status, 0);
    assert.equal(readFileSync(file).toString('latin1', 0, 3), 'Obj');
    const { status, stderr } = run('export', '--format', 'avro', '-o', file);
    assert.equal(status, 78);
    assert.match(stderr, /state\.avro can't be written: EEXIST/);
  });

  it('backup, restore and compact say what they did, and refuse while a daemon runs or there is a state (78)', () => {
    const backup = join(temporaryFolder('backup'), 'one');
    const made = run('backup', backup);
    assert.equal(made.status, 0, made.stderr);
    assert.match(made.stdout, /2 sections in 2 partitions of app, [\d,]+ bytes, as of .*\nbacked up to /);
    const compacted = run('compact');
    assert.equal(compacted.status, 0);
    assert.match(compacted.stdout, /partition 0: [\d,]+ → [\d,]+ bytes\n.*\nall: [\d,]+ → [\d,]+ bytes\n$/);
    const lock = lockState(state.config.state.directory, 'app');
    for (const words of [['compact'], ['restore', backup]]) {
      const { status, stderr } = run(...words);
      assert.equal(status, 78);
      assert.match(stderr, new RegExp(`held by another process \\(pid ${process.pid}\\)`));
    }
    lock.release();
    const listed = run('list').stdout;
    assert.match(run('restore', backup).stderr, /has the stores of 2 partitions already/);
    renameSync(state.folder, `${state.folder}.away`);
    assert.equal(run('restore', backup).status, 0);
    assert.ok(existsSync(state.folder));
    assert.equal(run('list').stdout, listed);
  });
});
