import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lockState } from '../../src/state-lock.js';
import { SmallDisk } from '../support/small-disk.js';
import { temporaryFolder } from '../support/temporary.js';

const program = fileURLToPath(new URL('../support/fakes/lock-program.ts', import.meta.url));

describe('the lock of the state', () => {
  let directory: string;
  let holder: ChildProcess | undefined;
  beforeEach(() => {
    directory = temporaryFolder('lock');
  });
  afterEach(async () => {
    if (holder !== undefined) await end(holder);
    holder = undefined;
  });

  async function hold(application: string): Promise<ChildProcess> {
    holder = spawn(process.execPath, ['--import', 'tsx', program, directory, application], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    assert.ok(holder.stdout);
    await once(holder.stdout, 'data');
    return holder;
  }

  async function end(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  it('refuses a second holder (78), naming the pid of the first, and is free once that one is killed', async () => {
    const { pid } = await hold('app');
    for (let times = 0; times < 2; times += 1) {
      assert.throws(() => lockState(directory, 'app'), { exitCode: 78, message: new RegExp(`pid ${pid}\\b`) });
    }
    assert.ok(holder);
    await end(holder);
    lockState(directory, 'app').release();
  });

  it('that cannot be written for want of room is temporary (75), and is taken once there is room', function () {
    const disk = SmallDisk.mountOrSkip(this, 1_048_576);
    disk.fill(0);
    assert.throws(() => lockState(disk.directory, 'app'), { exitCode: 75, message: /ENOSPC.*make room/ });
    disk.clear();
    lockState(disk.directory, 'app').release();
  });

  it('is one for each application', async () => {
    await hold('app');
    lockState(directory, 'other').release();
  });

  it('is free once it is released', () => {
    const lock = lockState(directory, 'app');
    assert.throws(() => lockState(directory, 'app'), { exitCode: 78, message: new RegExp(`pid ${process.pid}\\b`) });
    lock.release();
    lockState(directory, 'app').release();
  });

  it('makes the folder, for its owner only', () => {
    const lock = lockState(join(directory, 'deep', 'down'), 'app');
    assert.equal(lock.directory, join(directory, 'deep', 'down', 'app'));
    assert.equal(statSync(lock.directory).mode & 0o777, 0o700);
    assert.equal(statSync(join(lock.directory, 'lock')).mode & 0o777, 0o600);
    lock.release();
  });

  it('closes a folder to others that was there and open to them', () => {
    mkdirSync(join(directory, 'app'));
    chmodSync(join(directory, 'app'), 0o775);
    lockState(directory, 'app').release();
    assert.equal(statSync(join(directory, 'app')).mode & 0o777, 0o700);
  });

  it('below a regular file needs a person (78)', () => {
    writeFileSync(join(directory, 'file'), '');
    assert.throws(() => lockState(join(directory, 'file'), 'app'), { exitCode: 78, message: /can't be written/ });
  });
});
