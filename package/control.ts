import { createHash } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { maintainer, type Source } from './stage.js';
import type { Tree } from './tree.js';

const SCRIPTS = ['postinst', 'prerm', 'postrm'] as const;

/** Puts the package's own description, `DEBIAN/`, into a tree that is complete but for it. */
export function describe(
  { root, version }: Source,
  tree: Tree,
  architecture: string,
  depends: readonly string[],
): void {
  const files = tree.files().filter((file) => !file.startsWith('DEBIAN/'));
  const regular = files.filter((file) => lstatSync(tree.at(file)).isFile());
  const sizeKib = regular.reduce((sum, file) => sum + Math.ceil(lstatSync(tree.at(file)).size / 1024), 0);
  const { description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { description: string };
  const fields = {
    Package: 'seatmapd',
    Version: version,
    Architecture: architecture,
    Maintainer: maintainer(),
    'Installed-Size': sizeKib,
    Depends: depends.join(', '),
    Section: 'net',
    Priority: 'optional',
    Description: `seat allocation from Kafka to Kafka, exactly once\n${wrapped(description)}`,
  };
  const control = Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`);
  tree.write('DEBIAN/control', control.join(''));
  tree.write(
    'DEBIAN/conffiles',
    files
      .filter((file) => file.startsWith('etc/'))
      .map((file) => `/${file}\n`)
      .join(''),
  );
  tree.write('DEBIAN/md5sums', regular.map((file) => `${md5(tree.at(file))}  ${file}\n`).join(''));
  for (const script of SCRIPTS) tree.copy(join(root, 'package/debian', script), `DEBIAN/${script}`, 0o755);
}

const md5 = (file: string): string => createHash('md5').update(readFileSync(file)).digest('hex');

/** The long description: lines of at most 80 characters, each behind a space. */
const wrapped = (text: string): string =>
  (text.match(/.{1,78}(?:\s+|$)/g) ?? []).map((line) => ` ${line.trim()}`).join('\n');
