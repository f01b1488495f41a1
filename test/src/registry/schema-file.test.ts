import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SchemaFile } from '../../../src/registry/schema-file.js';
import { temporaryFolder } from '../../support/temporary.js';

describe('SchemaFile', () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder('schemas');
  });
  const own = [{ subject: 'a-value', text: '"string"', id: 3 }];
  const learnt = (id: number) => ({ id, text: `"${id}"` });

  it('gives back to the next process what was said, the latest of the learnt ones, readable by the service alone', () => {
    const file = new SchemaFile(folder, 'http://a');
    file.writeOwn(own);
    file.addLearnt([learnt(1), learnt(2)]);
    file.addLearnt([{ id: 1, text: 'newer' }]);
    const { own: ours, learnt: theirs } = new SchemaFile(folder, 'http://a').read();
    assert.deepEqual([ours, theirs], [own, [learnt(2), { id: 1, text: 'newer' }]]);
    assert.equal(statSync(join(folder, 'schemas.json')).mode & 0o777, 0o600);
    file.addLearnt(Array.from({ length: 1_500 }, (_, id) => learnt(id)));
    const kept = new SchemaFile(folder, 'http://a').read().learnt;
    assert.equal(kept.length, 1_000);
    assert.deepEqual(kept.at(-1), learnt(1_499));
  });

  it('forgets what was learnt when the registry gave our ids anew: others may be others', () => {
    const file = new SchemaFile(folder, 'http://a');
    file.writeOwn(own);
    file.addLearnt([learnt(1)]);
    file.writeOwn(own);
    assert.deepEqual(new SchemaFile(folder, 'http://a').read().learnt, []);
  });

  it('is as good as none when it is missing, damaged, or of another registry', () => {
    const nothing = { own: [], learnt: [] };
    const read = (url: string) => {
      const { own: ours, learnt: theirs } = new SchemaFile(folder, url).read();
      return { own: ours, learnt: theirs };
    };
    assert.deepEqual(read('http://a'), nothing);
    new SchemaFile(folder, 'http://a').writeOwn(own);
    assert.deepEqual(read('http://b'), nothing);
    for (const text of ['', '{', '[]', '{"version":2}']) {
      writeFileSync(join(folder, 'schemas.json'), text);
      assert.deepEqual(read('http://a'), nothing);
    }
  });
});
