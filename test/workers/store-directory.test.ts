import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreDirectory } from '../../workers/store-directory.js';
import { temporaryFolder } from '../support/temporary.js';

const opener = { bootId: 'a boot', durability: 'process' };

describe("the folder of a partition's store", () => {
  let path: string;
  const directory = (overrides: Partial<typeof opener> = {}): StoreDirectory =>
    new StoreDirectory(path, { ...opener, ...overrides });
  beforeEach(() => {
    path = join(temporaryFolder('directory'), '7');
  });

  /** Opens it, writes, and closes it cleanly. */
  function use(): void {
    directory().beginOpening();
    writeFileSync(join(path, 'data.mdb'), '');
    directory().endOpening();
    directory().markClean();
  }

  it('that is not there yet may be opened, and is for its owner only', () => {
    assert.equal(directory().distrust(), undefined);
    directory().beginOpening();
    assert.equal(statSync(path).mode & 0o777, 0o700);
    assert.deepEqual(readdirSync(path).sort(), ['opener', 'opening']);
  });

  it('with a data file that is none of LMDB is not to be opened: LMDB would crash on it', () => {
    for (const content of ['hello', Buffer.alloc(4_096), Buffer.alloc(65_536), Buffer.alloc(65_536, 0xff)]) {
      use();
      writeFileSync(join(path, 'data.mdb'), content);
      assert.match(directory().distrust() ?? '', /not one of LMDB/);
    }
  });

  it('without a data file has nothing that could be damaged', () => {
    directory().beginOpening();
    assert.equal(directory({ bootId: 'another' }).distrust(), undefined);
  });

  it('says that it is being opened before it is, and that it is no longer clean', () => {
    use();
    assert.ok(existsSync(join(path, 'clean')));
    directory().beginOpening();
    assert.ok(existsSync(join(path, 'opening')) && !existsSync(join(path, 'clean')));
    assert.match(directory().distrust() ?? '', /while it opened it/);
    directory().endOpening();
    assert.equal(directory().distrust(), undefined);
  });

  it('is moved away whole; the one that was moved there before goes', () => {
    use();
    const { setAside: aside = '' } = directory().setAside('it is damaged');
    assert.ok(!existsSync(path));
    assert.deepEqual(readdirSync(aside).sort(), ['clean', 'data.mdb', 'opener', 'untold.json']);
    directory().told();
    mkdirSync(path);
    directory().setAside('it is damaged again');
    assert.deepEqual(readdirSync(aside), ['untold.json']);
  });

  it('says why it was moved away until that is told, whatever is moved there meanwhile', () => {
    assert.equal(directory().untold, undefined);
    directory().told();
    use();
    const first = directory().setAside('it is damaged');
    assert.deepEqual(directory().untold, first);
    mkdirSync(path);
    const second = directory().setAside('a process ended while it opened it');
    assert.equal(second.reason, 'it is damaged; then a process ended while it opened it');
    // Killed between writing why and moving it.
    mkdirSync(path);
    writeFileSync(join(path, 'untold.json'), '["it is damaged","it is empty"]');
    const third = directory().setAside('it is empty');
    assert.equal(third.reason, 'it is damaged; then a process ended while it opened it; then it is empty');
    directory().told();
    assert.equal(directory().untold, undefined);
    mkdirSync(path);
    assert.equal(directory().setAside('it is damaged').reason, 'it is damaged');
  });
});
