import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programWith } from '../../../src/cli/program.js';
import { bashCompletion } from '../../../src/reference/bash.js';
import { type CommandShape, leavesOf, shapeOf } from '../../../src/reference/commands.js';
import { fishCompletion } from '../../../src/reference/fish.js';
import { configurationKeys } from '../../../src/reference/keys.js';
import { zshCompletion } from '../../../src/reference/zsh.js';
import { temporaryFolder } from '../../support/temporary.js';

const keys = configurationKeys();

describe('shell completions', () => {
  let shape: CommandShape;
  before(async () => {
    shape = shapeOf(await programWith());
  });

  /** What bash offers for the last of these words. */
  function offered(...words: string[]): string[] {
    const script = `${bashCompletion(shape, keys)}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _seatmapd; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { status, stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', 'seatmapd', ...words], {
      encoding: 'utf8',
      cwd: 'docs',
    });
    assert.equal(status, 0, stderr);
    return stdout.split('\n').filter((line) => line !== '');
  }

  it('bash: verbs, verbs below verbs, options, choices, keys behind --set, files', () => {
    assert.deepEqual(offered('to'), ['topics']);
    assert.ok(offered('').includes('check-config'));
    assert.ok(offered('topics', '').includes('create'));
    assert.deepEqual(offered('topics', 'create', '--part'), ['--partitions']);
    assert.deepEqual(offered('run', '--resume-from', ''), ['images']);
    assert.deepEqual(offered('run', '--set', 'workers.'), ['workers.threads=']);
    assert.deepEqual(offered('run', '-c', 'CONF'), ['CONFIGURATION.md']);
    assert.deepEqual(offered('completion', 'b'), ['bash']);
    assert.deepEqual(offered('run', '--user', 'x'), []);
  });

  it('every verb and every option is in each of the three', () => {
    const [bash, zsh, fish] = [bashCompletion, zshCompletion, fishCompletion].map((make) => make(shape, keys));
    for (const { words, options } of leavesOf(shape)) {
      for (const text of [bash, zsh, fish])
        assert.ok(
          words.every((word) => text?.includes(word)),
          words.join(' '),
        );
      for (const { long } of options) {
        assert.ok(bash?.includes(long) && zsh?.includes(long) && fish?.includes(` -l ${long.slice(2)} `), long);
      }
    }
  });

  for (const [shell, flag, make] of [
    ['bash', '-n', bashCompletion],
    ['zsh', '-n', zshCompletion],
    ['fish', '--no-execute', fishCompletion],
  ] as const) {
    it(`${shell} itself finds nothing wrong with it`, function () {
      const file = join(temporaryFolder('completion'), shell);
      writeFileSync(file, make(shape, keys));
      const { error, status, stderr } = spawnSync(shell, [flag, file], { encoding: 'utf8' });
      if (error !== undefined) {
        process.stdout.write(`Skipped: the syntax of ${shell}'s completions, for want of ${shell}.\n`);
        this.skip();
      }
      assert.equal(status, 0, stderr);
      assert.equal(stderr, '');
    });
  }
});
