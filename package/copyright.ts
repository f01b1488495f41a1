import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProductionModule } from './modules.js';

/** debian/copyright, machine-readable: the project's own licence, and each package that comes along with its own. */
export function copyright(root: string, modules: readonly ProductionModule[]): string {
  const own = readFileSync(join(root, 'LICENSE'), 'utf8').trim();
  const stanzas = modules.map((module) => {
    const legal = module.files.filter((file) => /(^|\/)(LICEN[CS]ES?|COPYRIGHT)\b[^/]*$/i.test(file));
    return [
      `Files: usr/lib/seatmapd/${module.folder}/*`,
      `Copyright: ${holders(root, module, legal).join('\n ')}`,
      `License: ${module.license}`,
      ` ${legal.length > 0 ? 'Its text:' : 'Its name is all that the package says.'}`,
      ...legal.map((file) => ` /usr/lib/seatmapd/${module.folder}/${file}`),
    ].join('\n');
  });
  return [
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: seatmapd',
    `Files: *\nCopyright: ${holdersIn(own).join('\n ')}\nLicense: MIT\n${indented(own)}`,
    ...stanzas,
    '',
  ].join('\n\n');
}

function holders(root: string, { name, folder }: ProductionModule, legal: readonly string[]): string[] {
  const found = legal.flatMap((file) => holdersIn(readFileSync(join(root, folder, file), 'utf8')));
  return found.length > 0 ? [...new Set(found)] : [`the authors of ${name}`];
}

/** The lines that name holders. Licences speak of "the copyright notice" as well. */
const holdersIn = (text: string): string[] =>
  [...text.matchAll(/^\W*copyright\s+(?:\(c\)|©)?\s*(.*\d{4}.*|\(c\).*)$/gim)].map(([, holder = '']) =>
    holder.replace(/\s+/g, ' ').trim(),
  );

const indented = (text: string): string =>
  text
    .split('\n')
    .map((line) => (line.trim() === '' ? ' .' : ` ${line}`))
    .join('\n');
