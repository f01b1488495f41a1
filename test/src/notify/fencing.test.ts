import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExitCode, FatalError, temporary } from '../../../src/errors.js';
import { limitFencing } from '../../../src/notify/fencing.js';
import { temporaryFolder } from '../../support/temporary.js';

const hourMs = 3_600_000;
const fenced = (): FatalError => new FatalError(ExitCode.fenced, 'fenced: another live instance uses "a/b/0"');

describe('an instance that is fenced again and again', () => {
  let environment: { RUNTIME_DIRECTORY: string };
  beforeEach(() => {
    environment = { RUNTIME_DIRECTORY: temporaryFolder('runtime') };
  });
  const codes = (...timesMs: number[]): number[] =>
    timesMs.map((timeMs) => limitFencing(fenced(), environment, timeMs).exitCode);

  it('is a case for a person (78) the third time within an hour, and the sentence still names the other', () => {
    assert.deepEqual(codes(0, 60_000), [76, 76]);
    const last = limitFencing(fenced(), environment, 120_000);
    assert.equal(last.exitCode, 78);
    assert.match(last.message, /^fenced: .*"a\/b\/0".*3 times within an hour/);
  });

  it('is restarted each time when that is seldom', () => {
    assert.deepEqual(codes(0, 0.6 * hourMs, 1.2 * hourMs, 1.8 * hourMs), [76, 76, 76, 76]);
  });

  it('begins anew with another runtime directory: systemd makes one at a start by hand', () => {
    codes(0, 1);
    environment = { RUNTIME_DIRECTORY: temporaryFolder('runtime') };
    assert.deepEqual(codes(2, 3), [76, 76]);
  });

  it('is not limited where nothing can be kept, and a damaged file counts for nothing', () => {
    for (const RUNTIME_DIRECTORY of [undefined, '', join(environment.RUNTIME_DIRECTORY, 'missing')])
      for (let time = 0; time < 4; time += 1)
        assert.equal(limitFencing(fenced(), { RUNTIME_DIRECTORY }, time).exitCode, 76);
    writeFileSync(join(environment.RUNTIME_DIRECTORY, 'fenced'), '{"not": a list');
    assert.deepEqual(codes(0, 1), [76, 76]);
  });

  it('is not counted for other ends', () => {
    for (let time = 0; time < 4; time += 1)
      assert.equal(limitFencing(temporary('no broker'), environment, time).exitCode, 75);
    assert.deepEqual(codes(5), [76]);
  });
});
