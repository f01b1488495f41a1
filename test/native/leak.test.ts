import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const batches = Number(process.env.TEST_LEAK_BATCHES ?? 20_000);
const records = Number(process.env.TEST_LEAK_RECORDS ?? 10);
/** What the allocators and the collector may still take after the first third; a batch lost each time is 130 MB and more. */
const marginBytes = 32 * 1024 * 1024;

describe('the memory of packed I/O', () => {
  it('[mock] stays flat over batches that are moved and batches that fail', async function () {
    this.timeout(0);
    const script = ['--expose-gc', '--import', 'tsx', 'test/native/leak.ts', String(batches), String(records)];
    const { stdout } = await promisify(execFile)(process.execPath, script);
    const result = JSON.parse(stdout) as Record<'consumed' | 'failed' | 'warmBytes' | 'endBytes', number>;
    assert.deepEqual([result.consumed, result.failed], [(batches + 1) * records, 2 * batches]);
    assert.ok(result.endBytes - result.warmBytes < marginBytes, stdout);
  });
});
