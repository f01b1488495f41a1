import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configSchema } from '../../src/config/schema.js';
import { projectRoot } from '../support/kafka-jars.js';

const units = ['seatmapd.service', 'seatmapd@.service'] as const;
const mostExposure = 1.5;

const pathOf = (unit: string): string => join(projectRoot, 'systemd', unit);
const textOf = (unit: string): string => readFileSync(pathOf(unit), 'utf8');

/** The values of a setting, in their order; comments are none. */
const valuesOf = (unit: string, name: string): string[] =>
  [...textOf(unit).matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value]) => value ?? '');
const secondsOf = (unit: string, name: string): number => Number(/^(\d+)s$/.exec(valuesOf(unit, name)[0] ?? '')?.[1]);

function analyze(...words: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', words, { encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
}

describe('the units of systemd', () => {
  for (const unit of units) {
    describe(unit, () => {
      before(function () {
        if (analyze('--version').status === 0) return;
        process.stdout.write('skipped: systemd-analyze is not here, so the units are not verified\n');
        this.skip();
      });

      it('is without a mistake to systemd itself', () => {
        // The manual pages come with the package.
        assert.deepEqual(analyze('verify', '--man=no', pathOf(unit)), { status: 0, output: '' });
      });

      it(`is exposed by at most ${mostExposure}`, () => {
        const { output } = analyze('security', '--offline=true', '--no-pager', pathOf(unit));
        const [, exposure] = /Overall exposure level for \S+: ([\d.]+)/.exec(output) ?? [];
        assert.ok(Number(exposure) <= mostExposure, output);
      });
    });

    it(`${unit} lets V8 compile and the store read the boot's id`, () => {
      assert.deepEqual([valuesOf(unit, 'MemoryDenyWriteExecute'), valuesOf(unit, 'ProcSubset')], [[], []]);
    });

    it(`${unit} restarts by the exit code: 78 never, and 76 later than 75`, () => {
      assert.deepEqual(valuesOf(unit, 'RestartPreventExitStatus'), ['78']);
      assert.deepEqual(valuesOf(unit, 'RestartForceExitStatus'), ['75 76']);
      // Whatever the check says: only the exit code of the main process keeps systemd from trying again.
      assert.match(valuesOf(unit, 'ExecStartPre')[0] ?? '', /^-.* check-config$/);
      const [afterwards = ''] = valuesOf(unit, 'ExecStopPost');
      const sleeps = [...afterwards.matchAll(/sleep (\d+)/g)].map(([, seconds]) => Number(seconds));
      assert.ok(afterwards.includes('76) exec sleep'));
      assert.ok(sleeps.every((seconds) => seconds > secondsOf(unit, 'RestartSec')));
      // A command of ExecStopPost= that takes longer is killed.
      assert.ok(sleeps.every((seconds) => seconds < secondsOf(unit, 'TimeoutStopSec')));
    });

    it(`${unit} waits longer than the daemon's own limits`, () => {
      const { shutdown, transaction } = configSchema.parse({ kafka: { client: { 'bootstrap.servers': 'one:9092' } } });
      assert.ok(secondsOf(unit, 'TimeoutStopSec') * 1_000 > shutdown.timeoutMs);
      // The longest that a commit may take before it ends the process by itself.
      assert.ok(secondsOf(unit, 'WatchdogSec') * 1_000 > 2 * transaction.timeoutMs);
    });
  }

  it('are one for both, but for what names the instance', () => {
    const settings = (unit: string): string[] =>
      textOf(unit)
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'));
    const [single, several] = [settings('seatmapd.service'), settings('seatmapd@.service')];
    const added = several.filter((line) => !single.includes(line));
    assert.ok(
      added.every((line) => line.includes('%i')),
      added.join('\n'),
    );
    const left = single.filter((line) => !several.includes(line)).map((line) => line.slice(0, line.indexOf('=')));
    assert.deepEqual(left, ['Description', 'WorkingDirectory', 'StateDirectory', 'RuntimeDirectory']);
  });
});
