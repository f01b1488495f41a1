import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeConfiguration } from '../support/configuration.js';
import { type Daemon, killDaemons, startDaemon } from '../support/daemon.js';
import { type MockCluster, startMockCluster } from '../support/mock-cluster.js';
import { nameInputs, nameOutputs, type Topics } from '../support/topics.js';
import { drain } from './run.js';

describe('the state on the disk', () => {
  let cluster: MockCluster;
  before(async () => {
    cluster = await startMockCluster();
  });
  after(() => cluster.stop());
  afterEach(killDaemons);

  function startUnder(umask: number, file: string): Daemon {
    const before = process.umask(umask);
    try {
      return startDaemon(file);
    } finally {
      process.umask(before);
    }
  }

  for (const umask of [0o000, 0o022]) {
    it(`[mock] is the service's alone under umask ${umask.toString(8).padStart(3, '0')}: folders 0700, files 0600`, async () => {
      const topics: Topics = { ...nameInputs(), ...nameOutputs() };
      const { application, init, requests, results, status, changelog, deadLetters } = topics;
      await cluster.createTopics([init, requests, results, status, changelog, deadLetters]);
      const { file, stateDirectory } = writeConfiguration(cluster.bootstrapServers, topics);
      const daemon = startUnder(umask, file);
      await daemon.waitFor('ready');
      await drain(daemon);
      const names = readdirSync(stateDirectory, { recursive: true, encoding: 'utf8' });
      assert.ok(names.includes(join(application, '0', 'data.mdb')), names.join(' '));
      assert.ok(names.includes(join(application, 'lock')), names.join(' '));
      for (const name of ['', ...names]) {
        const { mode } = statSync(join(stateDirectory, name));
        const expected = (mode & 0o170000) === 0o040000 ? 0o700 : 0o600;
        assert.equal((mode & 0o777).toString(8), expected.toString(8), name);
      }
    });
  }
});
