import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

describe('the memory of a SectionStatusCache', () => {
  it('stays within 50 MB for 100,000 sections', () => {
    const script = fileURLToPath(new URL('../../bench/cache/memory.ts', import.meta.url));
    const answer = execFileSync(process.execPath, ['--expose-gc', '--import', 'tsx', script, '100000']).toString();
    const { sections, heapBytes } = JSON.parse(answer) as { sections: number; heapBytes: number };
    assert.equal(sections, 100_000);
    assert.ok(heapBytes < 50e6, `${heapBytes} bytes of heap and buffers`);
  });
});
