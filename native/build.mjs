// Builds the native addon after `npm ci`, by node-gyp, unless it is newer than all that it is made of. The daemon runs
// without it (src/kafka/native.ts says what it then lacks), so a failure is one warning and never fails the installation.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const addon = join(here, 'build', 'Release', 'seatmapd_native.node');
const logFile = join(here, 'build', 'install.log');

/** Modification time in milliseconds; -Infinity for what doesn't exist. */
const modifiedMs = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.NEGATIVE_INFINITY;

function isUpToDate(rdkafka) {
  const sources = readdirSync(join(here, 'src')).map((name) => join(here, 'src', name));
  // node-rdkafka's own addon is built anew for another version of Node, and then so must this one be.
  const made = [join(here, 'binding.gyp'), join(rdkafka, 'build', 'Release', 'node-librdkafka.node'), ...sources];
  return made.every((path) => modifiedMs(path) < modifiedMs(addon));
}

/** Runs node-gyp: npm has it on the PATH of its scripts; elsewhere npm is asked for the one it brings along. */
function nodeGyp() {
  const command =
    process.env.npm_lifecycle_event === undefined ? 'npm exec --call "node-gyp rebuild"' : 'node-gyp rebuild';
  const options = { cwd: here, shell: true, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 };
  const { status, signal, error, stdout, stderr } = spawnSync(command, options);
  const output = `${stdout ?? ''}${stderr ?? ''}`;
  mkdirSync(dirname(logFile), { recursive: true });
  writeFileSync(logFile, output);
  if (status === 0) return undefined;
  const telling = [/: (?:fatal )?error: .*/, /gyp ERR! stack (?:Error: )?(?!at ).*/, /.*not found.*/];
  const line = telling.map((pattern) => output.match(pattern)?.[0]).find((found) => found !== undefined);
  const reason = error?.message ?? line?.replace(/^(: (?:fatal )?error: |gyp ERR! stack (?:Error: )?)/, '');
  return reason ?? `node-gyp ended with ${signal ?? status}`;
}

function build() {
  let rdkafka;
  try {
    rdkafka = dirname(createRequire(import.meta.url).resolve('node-rdkafka/package.json'));
  } catch {
    return 'node-rdkafka is not installed';
  }
  return isUpToDate(rdkafka) ? undefined : nodeGyp();
}

const reason = build();
if (reason !== undefined) {
  process.stderr.write(
    `seatmapd: warning: the native addon was not built (${reason.trim()}). The daemon runs without it, with fewer checks; ` +
      `to try again: node native/build.mjs. All output: ${relative(process.cwd(), logFile)}\n`,
  );
}
