import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError, type ConfigurationSources, loadConfiguration } from '../../../src/config/load.js';
import { temporaryFolder } from '../../support/temporary.js';

const brokers = { 'kafka.client.bootstrap.servers': 'a:1' };

describe('a hostile configuration', () => {
  const file = join(temporaryFolder('hostile'), 'seatmapd.yaml');

  /** The mistakes, without the file's folder; none when it is accepted. */
  function mistakesOf(yaml: string, sources: ConfigurationSources = {}): readonly string[] {
    writeFileSync(file, yaml);
    try {
      loadConfiguration({ file, environment: {}, ...sources });
    } catch (error) {
      assert.ok(error instanceof ConfigurationError, String(error));
      return error.mistakes.map((mistake) => mistake.replace(file, 'f'));
    }
    return [];
  }
  const mistakesOfFlags = (flags: Record<string, string>): readonly string[] =>
    mistakesOf('', { flags: { ...brokers, ...flags } });

  it('that is nested beyond any need is refused before it takes the stack, and below that it is read', () => {
    const expected = ['f: is nested more than 100 levels deep'];
    const nested = (open: string, levels: number): string => open.repeat(levels);
    for (const open of ['[', '{a: ', '- ', '? ', ': ', 'a: ']) {
      assert.deepEqual(mistakesOf(nested(open, 20_000 / open.length)), expected, open);
    }
    assert.deepEqual(mistakesOf(Array.from({ length: 200 }, (_, at) => `${' '.repeat(at)}a:\n`).join('')), expected);
    const deepest = Array.from({ length: 100 }, (_, at) => `${' '.repeat(at)}a:\n`).join('');
    const innermost = `${nested('- ', 100)}${nested('[', 100)}x${nested(']', 100)}\n`;
    const mistakes = mistakesOf(`${deepest}${' '.repeat(100)}${innermost}`, { flags: brokers });
    assert.deepEqual(mistakes, ['f:1:1: a: unknown key']);
  });

  it('that is longer than any needs to be is refused before it is parsed', () => {
    assert.deepEqual(mistakesOf('#'.repeat(65_537), { flags: brokers }), ['f: is longer than 65536 characters']);
    assert.deepEqual(mistakesOf('#'.repeat(65_536), { flags: brokers }), []);
  });

  it('that contains itself, or itself many times, ends in mistakes', () => {
    const flags = brokers;
    assert.deepEqual(mistakesOf('a: &a\n  b: *a\n', { flags }), ['f:1:1: a: unknown key']);
    assert.deepEqual(mistakesOf('workers: &a\n  threads: *a\n', { flags }), [
      'f:2:12: workers.threads: expected number, got keys with values',
    ]);
    const levels = Array.from(
      { length: 20 },
      (_, at) => `a${at}: &a${at} [${at === 0 ? 1 : `*a${at - 1}, *a${at - 1}`}]\n`,
    );
    assert.match(mistakesOf(levels.join(''), { flags }).join(), /^f:1:1: Excessive alias count/);
    const [first] = mistakesOf(`a: &a 1\nb: [${'*a, '.repeat(50)}*none]\n`, { flags });
    assert.match(first ?? '', /^f:2:205: Unresolved alias/);
  });

  it('reaches nothing that all objects inherit, and is told of every key that it gives', () => {
    for (const key of ['__proto__.x', '__proto__', 'constructor.prototype.x', 'toString.x', 'kafka.client.__proto__']) {
      const top = key.startsWith('kafka') ? key : key.split('.')[0];
      assert.deepEqual(mistakesOfFlags({ [key]: '1' }), [`--set ${key}: ${top}: unknown key`]);
    }
    for (const section of ['kafka.consumer', 'kafka.producer', 'topics.create.config']) {
      assert.deepEqual(mistakesOfFlags({ [`${section}.__proto__`]: '1' }).length, 1, section);
    }
    assert.deepEqual(mistakesOf('kafka: { consumer: { __proto__: 5 } }', { flags: brokers }), [
      'f:1:22: kafka.consumer.__proto__: unknown key',
    ]);
    assert.equal((Object.prototype as { x?: unknown }).x, undefined);
  });

  it('names the source of a key below one that has none', () => {
    assert.deepEqual(mistakesOfFlags({ 'shutdown.timeoutMs.a': '1' }), [
      '--set shutdown.timeoutMs.a: shutdown.timeoutMs: expected number, got keys with values',
    ]);
  });

  it('is not told what follows from a limit that is out of its bounds', () => {
    assert.deepEqual(mistakesOfFlags({ 'limits.sectionNameBytes': '9007199254740991' }), [
      '--set limits.sectionNameBytes: limits.sectionNameBytes: expected at most 1900, got 9007199254740991',
    ]);
  });

  it('is told of in lines that a terminal shows as they are', () => {
    assert.deepEqual(mistakesOf('"a\\nb\\e[31m\\u2028\\u202e": 1\n', { flags: brokers }), [
      'f:1:1: a\\u{a}b\\u{1b}[31m\\u{2028}\\u{202e}: unknown key',
    ]);
  });

  it('is YAML 1.2 with keys of text, whatever it says of itself', () => {
    const flags = brokers;
    assert.deepEqual(mistakesOf('%YAML 1.1\n---\nworkers: !!set { threads }\n', { flags }), ['f:3:10: Unresolved tag']);
    assert.deepEqual(mistakesOf('state: !!binary "aGVsbG8="\n', { flags }), ['f:1:8: Unresolved tag']);
    assert.deepEqual(mistakesOf('%YAML 1.1\n---\nlog: 2001-12-14\n', { flags }), [
      'f:3:6: log: expected keys with values, got "2001-12-14"',
    ]);
    assert.deepEqual(mistakesOf('? [a]\n: 1\n', { flags }), ['f:1:3: expected text as a key']);
  });

  it('does not show what stands where a password does, however YAML takes it', () => {
    for (const begin of ['*', '&', '!', '!<', '"\\q', '%', '@', '`', '|', '>', '- ', '? ', '{', '[', "'"]) {
      for (const end of ['', '!', ':', ']', '"']) {
        const yaml = `kafka:\n  client:\n    sasl.password: ${begin}hunter2${end}\nlog: { level: x }\n`;
        const mistakes = mistakesOf(yaml, { flags: brokers });
        assert.ok(mistakes.length > 0 && !mistakes.join().includes('hunter'), `${yaml}${mistakes.join('\n')}`);
      }
    }
  });

  it('is told of its keys up to the first break of its syntax only', () => {
    assert.deepEqual(mistakesOf('io: fast\na: b: c\nguarantee: none\n', { flags: brokers }), [
      'f:1:5: io: expected one of packed, standard, got "fast"',
      'f:2:1: a: unknown key',
      'f:2:4: Nested mappings are not allowed in compact mappings',
    ]);
  });
});
