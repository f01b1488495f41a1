import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { programWith } from '../../../src/cli/program.js';
import { leavesOf, shapeOf } from '../../../src/reference/commands.js';
import { configurationPage } from '../../../src/reference/configuration-page.js';
import { configurationKeys } from '../../../src/reference/keys.js';
import { manualPage } from '../../../src/reference/man.js';

const options = { date: '2026-01-01', version: '1.2.3' };

/** A page as `man` shows it, or undefined where there is no groff. Its warnings are failures. */
function rendered(page: string): string | undefined {
  const { error, stdout, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-P-cbou', '-rLL=200n'], {
    input: page,
    encoding: 'utf8',
  });
  if (error !== undefined) return undefined;
  assert.equal(stderr, '');
  return stdout;
}

describe('manual pages', () => {
  it('seatmapd(1) shows every verb with its options and examples, as they are typed', async function () {
    const shape = shapeOf(await programWith());
    const text = rendered(manualPage(shape, options));
    if (text === undefined) {
      process.stdout.write('Skipped: how the manual pages look, for want of groff.\n');
      this.skip();
    }
    for (const leaf of leavesOf(shape)) {
      assert.ok(text.includes(`seatmapd ${leaf.words.join(' ')}`), leaf.words.join(' '));
      for (const { long } of leaf.options) assert.ok(text.includes(long), long);
      for (const example of leaf.examples) assert.ok(text.includes(example), example);
    }
    for (const code of ['70', '75', '76', '78']) assert.match(text, new RegExp(`^ +${code} `, 'm'));
  });

  it('seatmapd.yaml(5) shows every key', function () {
    const text = rendered(configurationPage(options));
    if (text === undefined) this.skip();
    for (const key of configurationKeys()) assert.ok(text.includes(key), key);
    // groff stretches the spaces of a line.
    assert.match(text, /workers\.threads\n\s+whole\s+number,\s+1\s+to\s+64;\s+default:\s+1\./);
  });
});
