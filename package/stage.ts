import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { programWith } from '../src/cli/program.js';
import { bashCompletion } from '../src/reference/bash.js';
import { shapeOf } from '../src/reference/commands.js';
import { configurationPage } from '../src/reference/configuration-page.js';
import { fishCompletion } from '../src/reference/fish.js';
import { configurationKeys } from '../src/reference/keys.js';
import { manualPage } from '../src/reference/man.js';
import { zshCompletion } from '../src/reference/zsh.js';
import { copyright } from './copyright.js';
import type { ProductionModule } from './modules.js';
import { runProgram } from './run-program.js';
import type { Tree } from './tree.js';

/** Where the program lies; everything finds its neighbours from there, as in a checkout. */
const HOME = 'usr/lib/seatmapd';
const DOCUMENTS = 'usr/share/doc/seatmapd';
const GUIDES = ['ARCHITECTURE.md', 'CONFIGURATION.md', 'METRICS.md', 'OPERATIONS.md', 'SECURITY.md'] as const;
const ADDON = 'native/build/Release/seatmapd_native.node';

/** What the package is made from. */
export interface Source {
  /** The project's folder, built. */
  readonly root: string;
  readonly version: string;
  /** The time of everything, in seconds since the epoch. */
  readonly epochSeconds: number;
  readonly modules: readonly ProductionModule[];
}

/** Puts the files of the package into `tree`, which is the file system of a machine to be. */
export async function stage(source: Source, tree: Tree): Promise<void> {
  stageProgram(source, tree);
  stageSystemd(source.root, tree);
  await stageReference(source, tree);
  stageDocuments(source, tree);
}

function stageProgram({ root, modules }: Source, tree: Tree): void {
  for (const file of compiled(root)) tree.copy(join(root, 'dist', file), `${HOME}/dist/${file}`);
  for (const file of readdirSync(join(root, 'schemas')))
    tree.copy(join(root, 'schemas', file), `${HOME}/schemas/${file}`);
  tree.copy(join(root, 'package.json'), `${HOME}/package.json`);
  for (const { folder, files } of modules) {
    for (const file of files) stageFile(join(root, folder, file), tree, `${HOME}/${folder}/${file}`);
  }
  if (!existsSync(join(root, ADDON))) throw new Error(`${ADDON} is not built: node native/build.mjs`);
  stageFile(join(root, ADDON), tree, `${HOME}/${ADDON}`);
  const launcher = readFileSync(join(root, 'bin/seatmapd.cjs'), 'utf8');
  tree.write(`${HOME}/bin/seatmapd.cjs`, launcher.replace('#!/usr/bin/env node', '#!/usr/bin/node'), 0o755);
  tree.link('../lib/seatmapd/bin/seatmapd.cjs', 'usr/bin/seatmapd');
}

/** What the compiler made of sources that are still there; it leaves what it made of others. */
function compiled(root: string): string[] {
  return ['src', 'workers'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /(?<!\.d)\.ts$/.test(file))
      .map((file) => `${folder}/${file.replace(/\.ts$/, '.js')}`)
      .sort(),
  );
}

/** Compiled libraries come without the symbols that only a debugger reads. */
function stageFile(from: string, tree: Tree, path: string): void {
  tree.copy(from, path);
  if (/\.node$|\.so\.\d+$/.test(path))
    runProgram('strip', ['--strip-unneeded', tree.at(path)], { packaged: 'binutils' });
}

function stageSystemd(root: string, tree: Tree): void {
  for (const file of readdirSync(join(root, 'systemd'))) {
    const text = readFileSync(join(root, 'systemd', file), 'utf8');
    const [, kind] = /^(sysusers|tmpfiles)\.d-seatmapd\.conf$/.exec(file) ?? [];
    if (kind !== undefined) tree.write(`usr/lib/${kind}.d/seatmapd.conf`, text);
    else if (/\.(service|slice|socket|target|timer)$/.test(file))
      tree.write(`usr/lib/systemd/system/${file}`, text.replaceAll('/usr/bin/env seatmapd', '/usr/bin/seatmapd'));
    else if (file === 'seatmapd.yaml')
      tree.write('etc/seatmapd/seatmapd.yaml', text.replace('../docs/seatmapd', '/usr/share/seatmapd/seatmapd'));
  }
  tree.copy(join(root, 'docs/seatmapd.schema.json'), 'usr/share/seatmapd/seatmapd.schema.json');
}

async function stageReference({ version, epochSeconds }: Source, tree: Tree): Promise<void> {
  const program = shapeOf(await programWith());
  const keys = configurationKeys();
  tree.write('usr/share/bash-completion/completions/seatmapd', bashCompletion(program, keys));
  tree.write('usr/share/zsh/vendor-completions/_seatmapd', zshCompletion(program, keys));
  tree.write('usr/share/fish/vendor_completions.d/seatmapd.fish', fishCompletion(program, keys));
  const page = { version, date: new Date(epochSeconds * 1000).toISOString().slice(0, 10) };
  tree.write('usr/share/man/man1/seatmapd.1.gz', zipped(manualPage(program, page)));
  tree.write('usr/share/man/man5/seatmapd.yaml.5.gz', zipped(configurationPage(page)));
}

function stageDocuments({ root, version, epochSeconds, modules }: Source, tree: Tree): void {
  const date = new Date(epochSeconds * 1000).toUTCString().replace('GMT', '+0000');
  const entry = `seatmapd (${version}) unstable; urgency=medium\n\n  * What changed is in CHANGELOG.md.gz beside this file.\n\n -- ${maintainer()}  ${date}\n`;
  tree.write(`${DOCUMENTS}/changelog.gz`, zipped(entry));
  tree.write(`${DOCUMENTS}/CHANGELOG.md.gz`, zipped(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')));
  for (const guide of GUIDES) tree.copy(join(root, 'docs', guide), `${DOCUMENTS}/${guide}`);
  tree.copy(join(root, 'README.md'), `${DOCUMENTS}/README.md`);
  tree.write(`${DOCUMENTS}/copyright`, copyright(root, modules));
  tree.copy(join(root, 'package/debian/lintian-overrides'), 'usr/share/lintian/overrides/seatmapd');
}

/** Who made the package, as Debian's own tools are told it. */
export const maintainer = (): string =>
  `${process.env.DEBFULLNAME ?? 'The seatmapd maintainers'} <${process.env.DEBEMAIL ?? 'seatmapd@localhost'}>`;

/** As gzip -9n: Node writes neither a name nor a time. */
const zipped = (text: string): Buffer => gzipSync(text, { level: 9 });
