import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pause } from '../support/kafka-client.js';
import { projectRoot } from '../support/kafka-jars.js';
import { type MockCluster, startMockCluster } from '../support/mock-cluster.js';
import { atExit, temporaryFolder } from '../support/temporary.js';

const namespaces = ['--mount', '--pid', '--fork', '--mount-proc', '--cgroup', '--uts', '--kill-child'];
const limitMs = 90_000;
/** A program that hangs there would hang this process: nothing of it runs meanwhile, not even mocha's own time limit. */
const insideMs = 30_000;
const topics = ['section-init', 'reservation-requests', 'reservation-completed', 'section-status'];
const own = ['seatmapd-changelog', 'seatmapd-dead-letters'];

/** Why no systemd can be booted here, or undefined. */
function obstacle(): string | undefined {
  if (!existsSync('/lib/systemd/systemd')) return 'there is no systemd';
  const tried = spawnSync('unshare', [
    ...namespaces,
    'sh',
    '-c',
    'mount -t tmpfs t /mnt && mkdir /mnt/u /mnt/w && mount -t overlay o -o lowerdir=/opt,upperdir=/mnt/u,workdir=/mnt/w /opt && mount -t cgroup2 c /sys/fs/cgroup',
  ]);
  return tried.status === 0 ? undefined : 'namespaces and mounts of its own are not allowed';
}

// Beside other tests it hung once, and why is not known; so it runs when it is asked for: TEST_SYSTEMD_BOOT=1.
describe('on a systemd of its own', () => {
  let cluster: MockCluster;
  let machine: ChildProcess;
  let output: string;
  before(async function () {
    const reason = process.env.TEST_SYSTEMD_BOOT === undefined ? 'TEST_SYSTEMD_BOOT is not set' : obstacle();
    if (reason !== undefined) {
      process.stdout.write(`skipped: the units are not started by a systemd, for ${reason}\n`);
      this.skip();
    }
    cluster = await startMockCluster();
    await cluster.createTopics([...topics, ...own]);
    output = temporaryFolder('systemd');
    const script = join(projectRoot, 'test', 'systemd', 'boot.sh');
    machine = spawn('unshare', [...namespaces, 'bash', script, projectRoot, output, cluster.bootstrapServers], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    atExit(() => machine.kill('SIGKILL'));
    await until(() => inside('systemctl', 'is-active', 'default.target').includes('active'), 'systemd is up');
  });
  after(async () => {
    machine?.kill('SIGKILL');
    await cluster?.stop();
  });

  /** Runs a program beside that systemd. @returns what it wrote */
  function inside(...words: string[]): string {
    const { pid } = machine;
    const first = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    if (first === '') return '';
    const { stdout, stderr } = spawnSync('nsenter', ['-t', first, '-m', '-p', '-C', '-u', ...words], {
      encoding: 'utf8',
      timeout: insideMs,
      killSignal: 'SIGKILL',
    });
    return `${stdout}${stderr}`;
  }

  const show = (unit: string, ...names: string[]): string[] =>
    names.map((name) => inside('systemctl', 'show', '--property', name, '--value', unit).trim());

  const logOf = (unit: string): string => {
    const file = join(output, `${unit}.log`);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };

  async function until(condition: () => boolean, what: string): Promise<void> {
    const deadlineMs = Date.now() + limitMs;
    while (!condition()) {
      const units = ['seatmapd.service', 'seatmapd@a.service'];
      assert.ok(
        Date.now() < deadlineMs,
        `${what}\n${units.map(logOf).join('\n')}\n${inside('systemctl', 'status', ...units)}`,
      );
      await pause(100);
    }
  }

  it('both units become ready with all their hardening in force, share the partitions, and stop in order', async function () {
    // Once, on a crowded machine, a unit whose main process had ended with 0 was told to have failed; why is not known.
    this.retries(2);
    inside('systemctl', '--no-block', 'start', 'seatmapd.service', 'seatmapd@a.service');
    for (const unit of ['seatmapd.service', 'seatmapd@a.service']) {
      await until(() => /^running: 2 partitions/.test(show(unit, 'StatusText').join()), `${unit} runs`);
      assert.deepEqual(show(unit, 'ActiveState', 'SubState', 'NRestarts'), ['active', 'running', '0']);
    }
    assert.match(inside('ls', '-l', '/var/lib/seatmapd/a'), /drwx------ .* seatmapd seatmapd .* seatmapd$/m);
    inside('systemctl', 'stop', 'seatmapd.service', 'seatmapd@a.service');
    for (const unit of ['seatmapd.service', 'seatmapd@a.service']) {
      const told = inside('systemctl', 'status', '--full', unit);
      assert.deepEqual(show(unit, 'ActiveState', 'Result', 'ExecMainStatus'), ['inactive', 'success', '0'], told);
      assert.match(logOf(unit), /"event":"stopped"/);
    }
  });

  it('a mistake in the configuration is told, and is not tried again (78)', async () => {
    inside('sh', '-c', 'echo "wrokers: {}" >> /etc/seatmapd/seatmapd.yaml');
    inside('systemctl', '--no-block', 'start', 'seatmapd@b.service');
    await until(() => show('seatmapd@b.service', 'ActiveState').join() === 'failed', 'it has failed');
    assert.deepEqual(show('seatmapd@b.service', 'ExecMainStatus', 'NRestarts'), ['78', '0']);
    assert.match(logOf('seatmapd@b.service'), /wrokers: unknown key; did you mean workers\?/);
  });
});
