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
    const aside = directory().setAside();
    assert.ok(!existsSync(path));
    assert.deepEqual(readdirSync(aside).sort(), ['clean', 'data.mdb', 'opener']);
    mkdirSync(path);
    directory().setAside();
    assert.deepEqual(readdirSync(aside), []);
  });
});
