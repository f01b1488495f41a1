import assert from 'node:assert/strict';
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  ConfigurationError,
  type ConfigurationSources,
  type LoadedConfiguration,
  loadConfiguration,
} from '../../src/config/load.js';
import { configSchema, topicNames } from '../../src/config/schema.js';
import { warningsOf } from '../../src/config/warnings.js';
import { ExitCode } from '../../src/errors.js';
import type { Random } from '../support/random.js';
import { removeFolder, temporaryFolder } from '../support/temporary.js';
import { setting } from './settings-inputs.js';
import { type Fuzzer, fuzzerOf, type Outcome, type Target } from './target.js';
import { SECRET, type YamlInput, yamlInput } from './yaml-inputs.js';

/** The configuration, or its mistakes; anything else that is thrown is a finding. */
function load(sources: ConfigurationSources): LoadedConfiguration | readonly string[] {
  try {
    return loadConfiguration(sources);
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, error instanceof Error ? error.stack : String(error));
    assert.equal(error.exitCode, ExitCode.configuration);
    assert.equal(error.message, error.mistakes.join('\n'));
    return error.mistakes;
  } finally {
    assert.deepEqual(Object.keys(Object.prototype), [], 'what all objects inherit from is left alone');
  }
}

/** What would end a line, or change what a terminal shows. */
const control = /[\p{Cc}\p{Zl}\p{Zp}]/u;

function assertMistakes(mistakes: readonly string[], isPlaced: (mistake: string) => boolean): void {
  assert.ok(mistakes.length > 0);
  assert.equal(new Set(mistakes).size, mistakes.length, 'a mistake is told once');
  for (const mistake of mistakes) {
    assert.doesNotMatch(mistake, control, 'a mistake is one line of plain text');
    assert.ok(isPlaced(mistake), `a mistake has its place: ${mistake}`);
  }
}

/** A configuration that was accepted is one, with all that was given in it. */
function assertWhole({ config, origins }: LoadedConfiguration): void {
  const again = configSchema.parse(config);
  if (!isDeepStrictEqual(again, config)) assert.deepEqual(again, config);
  for (const path of origins.keys())
    assert.notEqual(valueAt(config, path), undefined, `${path} was given and is in force`);
  assert.equal(new Set(Object.values(topicNames(config))).size, 6);
  warningsOf(config);
}

/** The value at a dotted path whose keys may have dots themselves. */
function valueAt(value: unknown, path: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.hasOwn(value, path)) return (value as Record<string, unknown>)[path];
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const key = path.slice(0, dot);
    const inner = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
    const found = valueAt(inner, path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

export const yamlTarget: Target = {
  name: 'yaml',
  description: 'configuration files: a configuration, or mistakes that each have line and column; no secret among them',
  open: async (): Promise<Fuzzer> => {
    const folder = temporaryFolder('fuzz');
    const file = join(folder, 'seatmapd.yaml');
    const descriptor = openSync(file, 'w');
    const check = ({ text, hasSecret }: YamlInput): Outcome => {
      // Cut off afterwards: a file that is emptied first is written to the disk each time.
      ftruncateSync(descriptor, writeSync(descriptor, text, 0));
      const lines = text.split(/\r\n|\n|\r/).length;
      const loaded = load({ file, environment: {} });
      if ('config' in loaded) {
        assertWhole(loaded);
        return 'accepted';
      }
      assertMistakes(loaded, (mistake) => {
        const place = mistake.slice(file.length);
        if (!mistake.startsWith(file) || /^: is (longer|nested more) than/.test(place)) return mistake.startsWith(file);
        const [, line, column] = /^:(\d+):(\d+): ./.exec(place) ?? [];
        return Number(line) >= 1 && Number(line) <= lines && Number(column) >= 1;
      });
      if (hasSecret) assert.ok(!loaded.join().includes(SECRET), `a password is shown: ${loaded.join('\n')}`);
      return 'refused';
    };
    const show = ({ text }: YamlInput): string => Buffer.from(text).toString('base64');
    return fuzzerOf({ generate: yamlInput, check, show }, async () => {
      closeSync(descriptor);
      removeFolder(folder);
    });
  },
};

type Overrides = {
  readonly flags: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
};

function overrides(random: Random): Overrides {
  const flags: [string, string][] = [];
  const environment: [string, string][] = [['SEATMAPD_KAFKA__CLIENT__BOOTSTRAP_SERVERS', 'a:1']];
  const paths = new Set(['kafka.client.bootstrap.servers']);
  for (let left = random.whole(0, 4); left > 0; left -= 1) {
    const { path, isFree, text } = setting(random);
    const dotted = path.join('.').toLowerCase();
    // Of two for one key one would be hidden by the other.
    if ([...paths].some((one) => one.startsWith(dotted) || dotted.startsWith(one))) continue;
    paths.add(dotted);
    if (random.next() < 0.5) flags.push([path.join('.'), text]);
    else {
      const levels = path.map((key, depth) => (isFree && depth === path.length - 1 ? key.replaceAll('.', '_') : key));
      environment.push([`SEATMAPD_${levels.join('__').toUpperCase()}`, text]);
    }
  }
  return { flags: Object.fromEntries(flags), environment: Object.fromEntries(environment) };
}

function checkOverrides({ flags, environment }: Overrides): Outcome {
  const loaded = load({ flags, environment });
  const sources = [...Object.keys(environment), ...Object.keys(flags).map((key) => `--set ${key}`)];
  if (!('config' in loaded)) {
    const shown = sources.map((source) => source.replaceAll(new RegExp(control, 'gu'), ''));
    assertMistakes(loaded, (mistake) => mistake.startsWith('SEATMAPD_') || mistake.startsWith('--set '));
    assert.ok(shown.length > 0);
    return 'refused';
  }
  assertWhole(loaded);
  const known = new Set(loaded.origins.values());
  for (const source of sources) assert.ok(known.has(source), `${source} is in force`);
  return 'accepted';
}

export const overridesTarget: Target = {
  name: 'overrides',
  description:
    'variables and flags: in force, each one, or mistakes that name them; nothing that objects inherit is touched',
  open: async (): Promise<Fuzzer> =>
    fuzzerOf({ generate: overrides, check: checkOverrides, show: (input: Overrides) => JSON.stringify(input) }),
};
