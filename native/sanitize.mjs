// Builds the addon with AddressSanitizer, in a copy of the sources in .cache/sanitize, and runs there the tests of packed
// I/O that need no real Kafka, and then the fuzzer of the addon: node native/sanitize.mjs [inputs]. It exits with 1 when
// either fails; native/README.md says what it found.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const inputs = process.argv[2] ?? '100000';
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const copy = join(root, '.cache', 'sanitize');
const flags = '-fsanitize=address -fno-omit-frame-pointer -g -O1';
const tests = ['damaged-frames', 'native', 'packed-sink', 'packed-source-refusals'].map(
  (name) => `test/src/kafka/${name}.test.ts`,
);

function run(command, args, env) {
  const { status, error } = spawnSync(command, args, { cwd: copy, env: { ...process.env, ...env }, stdio: 'inherit' });
  if (error !== undefined) throw error;
  return status;
}

rmSync(copy, { recursive: true, force: true });
mkdirSync(join(copy, 'native'), { recursive: true });
for (const part of ['package.json', 'tsconfig.json', 'schemas', 'src', 'workers', 'systemd', 'test']) {
  cpSync(join(root, part), join(copy, part), { recursive: true });
}
for (const part of ['binding.gyp', 'build.mjs', 'src']) {
  cpSync(join(root, 'native', part), join(copy, 'native', part), { recursive: true });
}
run(process.execPath, ['native/build.mjs'], { CXXFLAGS: flags, LDFLAGS: flags });
if (!existsSync(join(copy, 'native', 'build', 'Release', 'seatmapd_native.node'))) process.exit(1);

// The program itself is not sanitized, so the library comes first; what node leaves behind at its end is no finding.
const library = execFileSync('g++', ['-print-file-name=libasan.so'], { encoding: 'utf8' }).trim();
const mocha = join(root, 'node_modules', 'mocha', 'bin', 'mocha.js');
const options = [
  '--no-config',
  '--node-option',
  'import=tsx',
  '--timeout',
  '120000',
  '--exit',
  '--grep',
  'on a real Kafka',
  '--invert',
];
const environment = {
  LD_PRELOAD: library,
  ASAN_OPTIONS: 'detect_leaks=0:halt_on_error=1:exitcode=99',
  TEST_DAMAGED_BATCHES: process.env.TEST_DAMAGED_BATCHES ?? '20000',
};
const fuzzer = ['--import', 'tsx', 'test/fuzz/main.ts', 'native', '--inputs', inputs];
for (const args of [[mocha, ...options, ...tests], fuzzer]) {
  if (run(process.execPath, args, environment) !== 0) process.exitCode = 1;
}
