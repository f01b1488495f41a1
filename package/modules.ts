import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package of node_modules that the daemon needs at run time. */
export interface ProductionModule {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** Relative to the project, as package-lock.json has it: `node_modules/lmdb`. */
  readonly folder: string;
  /** What is installed of it, relative to its folder. */
  readonly files: readonly string[];
}

/** Headers for the compiler only. */
const BUILD_ONLY: ReadonlySet<string> = new Set(['nan', 'node-addon-api']);

/** Of node-rdkafka, whose folder holds all of librdkafka's sources and what its build left: what is loaded. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  'node-rdkafka': [
    'package.json',
    'librdkafka.js',
    'lib/',
    'LICENSE.txt',
    'deps/librdkafka/LICENSES.txt',
    'build/Release/node-librdkafka.node',
    'build/deps/librdkafka.so.1',
    'build/deps/librdkafka++.so.1',
  ],
};

const SKIPPED_FOLDERS =
  /^(node_modules|obj\.target|\.\w+|tests?|__tests__|examples?|docs|bench|benchmarks?|coverage|typings|types)$/;
const LOADED = /\.(c?js|mjs|json|node)$|\.so\.\d+$/;
const LEGAL = /^(LICEN[CS]ES?|COPYING|COPYRIGHT|NOTICE)\b/i;

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
}

/** The packages that package-lock.json has for production and this machine, in its order. `root` is the project's folder. */
export function productionModules(root: string): ProductionModule[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, LockedPackage>>;
  };
  return Object.entries(packages)
    .filter(([folder, { dev }]) => folder !== '' && dev !== true && existsSync(join(root, folder, 'package.json')))
    .map(([folder, { version = '', license = '' }]) => {
      const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return { name, version, license, folder, files: filesOf(name, join(root, folder)) };
    })
    .filter(({ name }) => !BUILD_ONLY.has(name));
}

function filesOf(name: string, folder: string): string[] {
  const parts = PARTS[name];
  const files = walk(folder).filter((file) => isLoaded(file) || LEGAL.test(baseName(file)));
  if (parts === undefined) return files;
  return files.filter((file) => parts.some((part) => (part.endsWith('/') ? file.startsWith(part) : file === part)));
}

/** Of addons that are built for several versions of Node and C libraries only those for this one. */
function isLoaded(file: string): boolean {
  if (!LOADED.test(file) || /\.musl\.node$/.test(file)) return false;
  const [, abi] = /\.abi(\d+)\./.exec(file) ?? [];
  return abi === undefined || abi === process.versions.modules;
}

const baseName = (file: string): string => file.slice(file.lastIndexOf('/') + 1);

function walk(folder: string, prefix = ''): string[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${prefix}${entry.name}`;
      if (entry.isDirectory()) return SKIPPED_FOLDERS.test(entry.name) ? [] : walk(folder, `${path}/`);
      return entry.isFile() ? [path] : [];
    });
}
