import { resolve } from 'node:path';
import { Command } from 'commander';
import { buildPackage } from './build.js';

const program = new Command('npm run package --')
  .description('make a Debian package of the built daemon for this machine')
  .option('--output <directory>', 'where to put it', 'build');
const { output } = program.parse().opts<{ output: string }>();
const file = await buildPackage({ root: resolve(import.meta.dirname, '..'), output, compression: 'xz' });
process.stdout.write(`${file}\n`);
