import assert from 'node:assert/strict';
import { afterKey, type Key, type View } from '../../../src/watch/view.js';
import { view } from './fixtures.js';

const height = 20;
const key = (name: string | undefined, text: string | undefined = name, ctrl = false): Key => ({ name, text, ctrl });

/** What these keys make of a view of `count` sections. */
const press = (keys: readonly Key[], count = 10_000, from: View = view()): View | 'quit' =>
  keys.reduce<View | 'quit'>(
    (seen, pressed) => (seen === 'quit' ? seen : afterKey(seen, pressed, count, height)),
    from,
  );

const offsetAfter = (keys: readonly string[], count?: number): number | undefined => {
  const seen = press(
    keys.map((name) => key(name)),
    count,
  );
  return seen === 'quit' ? undefined : seen.offset;
};

describe('keys of the board', () => {
  it('scroll by a line, by a page, and to the ends, never beyond', () => {
    assert.equal(offsetAfter(['up']), 0);
    assert.equal(offsetAfter(['down', 'j', 'k']), 1);
    assert.equal(offsetAfter(['pagedown', 'space', 'pageup']), height);
    assert.equal(offsetAfter(['end', 'down']), 10_000 - height);
    assert.equal(offsetAfter(['end', 'home']), 0);
    assert.equal(offsetAfter(['end'], 3), 0);
  });

  it('change the order, and reverse it', () => {
    const sorts = [1, 2, 3, 4].map((times) => press(Array.from({ length: times }, () => key('s'))));
    assert.deepEqual(
      sorts.map((seen) => seen !== 'quit' && seen.sort),
      ['available', 'rate', 'full', 'name'],
    );
    assert.deepEqual(press([key('down'), key('r')]), view({ isReversed: true }));
  });

  it('type a filter, in which commands are letters; enter keeps it, escape clears it', () => {
    const typing = [key(undefined, '/'), ...[...'sqr-座'].map((letter) => key(undefined, letter))];
    assert.deepEqual(press(typing), view({ filter: 'sqr-座', isTyping: true }));
    assert.deepEqual(press([...typing, key('backspace', '\b'), key('return', '\r')]), view({ filter: 'sqr-' }));
    assert.deepEqual(press([...typing, key('escape', '\u001b')]), view());
    assert.deepEqual(press([...typing, key('return', '\r'), key('escape', '\u001b')]), view());
    assert.deepEqual(press([key(undefined, '/'), key('escape', '\u001b'), key('tab', '\t')]), view());
  });

  it('keep the filter short', () => {
    const seen = press([key(undefined, '/'), ...Array.from({ length: 1_000 }, () => key('a'))]);
    assert.ok(seen !== 'quit' && seen.filter.length === 64);
  });

  it('quit by q, and by Ctrl-C while a filter is typed, too', () => {
    assert.equal(press([key('q')]), 'quit');
    assert.equal(press([key(undefined, '/'), key('c', '\u0003', true)]), 'quit');
    assert.deepEqual(press([key('z', '\u001a', true)]), view());
  });
});
