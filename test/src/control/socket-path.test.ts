import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { connectPath, listenPath } from '../../../src/control/socket-path.js';
import { removeFolder, temporaryFolder } from '../../support/temporary.js';

describe('the path of the control socket', () => {
  let directory: string;
  beforeEach(() => {
    directory = temporaryFolder('socket-path');
  });
  afterEach(() => removeFolder(directory));

  const config = (socket = 'auto', stateDirectory = directory) => ({
    ...{ application: 'app', instance: 'a', control: { socket } },
    state: { directory: stateDirectory, durability: 'process', mapSizeBytes: 1, standby: 'none' } as const,
  });

  it('lies in the runtime directory that systemd sets, the first of several, else in the state’s', () => {
    const inState = join(directory, 'app-a.sock');
    assert.equal(listenPath(config(), { RUNTIME_DIRECTORY: '/run/x:/run/y' }), '/run/x/app-a.sock');
    for (const environment of [{}, { RUNTIME_DIRECTORY: '' }]) assert.equal(listenPath(config(), environment), inState);
    assert.equal(listenPath(config('/run/b.sock'), { RUNTIME_DIRECTORY: '/run/x' }), '/run/b.sock');
    assert.equal(listenPath(config('none'), {}), undefined);
  });

  it('is found without the service’s environment, by the link in the state’s folder', () => {
    assert.equal(connectPath(config()), join(directory, 'app-a.sock'));
    symlinkSync('/run/x/app-a.sock', join(directory, 'app-a.sock'));
    assert.equal(connectPath(config()), '/run/x/app-a.sock');
    assert.equal(connectPath(config('/run/b.sock')), '/run/b.sock');
    assert.throws(() => connectPath(config('none')), { exitCode: 78, message: /none/ });
  });

  it('is refused when it is longer than a unix socket’s can be: 78, with the bytes', () => {
    const long = `/${'d'.repeat(120)}`;
    assert.throws(() => listenPath(config('auto', long), {}), { exitCode: 78, message: /132 bytes.*107/ });
    assert.equal(listenPath(config('auto', long), { RUNTIME_DIRECTORY: '/run/x' }), '/run/x/app-a.sock');
  });
});
