import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const module = new URL('../../src/log.ts', import.meta.url).href;
const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** What a program prints that logs two lines and ends at once. */
function printed(options: { level: string; format: string }): string {
  const code = `
    import { openLog } from ${JSON.stringify(module)};
    const log = await openLog(${JSON.stringify(options)});
    log.info('ready', { partitions: 4 });
    log.error('fatal', { exitCode: 70 }, 'it is over');
    process.exit(70);`;
  try {
    execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', code], {
      cwd: projectRoot,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  } catch (error) {
    return String((error as { stdout: Buffer }).stdout);
  }
  throw new Error('the program did not end as it should');
}

describe('the log', () => {
  it('is a line of JSON an event on stdout, all of them there when the process ends at once', () => {
    const lines = printed({ level: 'info', format: 'json' }).trim().split('\n');
    const [ready, fatal] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual([ready?.event, ready?.partitions, typeof ready?.time], ['ready', 4, 'number']);
    assert.deepEqual([fatal?.event, fatal?.exitCode, fatal?.msg], ['fatal', 70, 'it is over']);
  });

  it('leaves out what is less severe than its level', () => {
    const lines = printed({ level: 'error', format: 'json' }).trim().split('\n');
    assert.deepEqual(lines.length, 1);
  });

  it('is for people when so configured', () => {
    const text = printed({ level: 'info', format: 'pretty' });
    assert.match(text, /it is over/);
    assert.throws(() => JSON.parse(text));
  });
});
