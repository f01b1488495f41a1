import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runProgram } from './run-program.js';
import type { Tree } from './tree.js';

/**
 * The packages that an installation needs. node-rdkafka's addon, and ours, are compiled for one major version of Node. Of the shared
 * libraries dpkg-shlibdeps tells the packages with the least versions that have the symbols. util-linux, for flock(1), is
 * essential in Debian, so it is not named.
 *
 * @param scratch a folder that isn't there yet
 */
export function dependencies(tree: Tree, scratch: string): string[] {
  const major = Number(process.versions.node.split('.')[0]);
  // package.json's engines; a later major begins at its own first version.
  const least = major === 20 ? '20.19' : String(major);
  return [
    `nodejs (>= ${least})`,
    `nodejs (<< ${major + 1})`,
    'systemd | systemd-standalone-sysusers',
    ...sharedLibraries(tree, scratch),
  ];
}

function sharedLibraries(tree: Tree, scratch: string): string[] {
  const binaries = tree.files().filter((file) => /\.node$|\.so\.\d+$/.test(file));
  const own = [...new Set(binaries.filter((file) => /\.so\.\d+$/.test(file)).map(dirname))];
  mkdirSync(join(scratch, 'debian'), { recursive: true });
  // It asks for a source package's control file before anything else, and knows a package's tree by its folder DEBIAN.
  writeFileSync(join(scratch, 'debian/control'), 'Source: seatmapd\n\nPackage: seatmapd\nArchitecture: any\n');
  mkdirSync(tree.at('DEBIAN'), { recursive: true });
  // The libraries that come along are the package's own, on which it does not depend.
  writeFileSync(join(scratch, 'debian/shlibs.local'), 'librdkafka 1 seatmapd\nlibrdkafka++ 1 seatmapd\n');
  const folders = own.map((folder) => `-l${tree.at(folder)}`);
  const words = ['-O', '-xseatmapd', ...folders, ...binaries.map((file) => `-e${tree.at(file)}`)];
  const output = runProgram('dpkg-shlibdeps', words, { cwd: scratch, packaged: 'dpkg-dev' });
  const [, list] = /^shlibs:Depends=(.*)$/m.exec(output) ?? [];
  if (list === undefined) throw new Error(`dpkg-shlibdeps told no dependencies:\n${output}`);
  return list.split(', ');
}
