import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/temporary.js';

/**
 * A root file system with nothing in it but dpkg's own records. The maintainer scripts run outside of it, for it has no shell, and
 * are told it in $DPKG_ROOT; what the package depends on is this machine's.
 */
export class CleanRoot {
  readonly folder = temporaryFolder('root');

  constructor() {
    for (const folder of ['info', 'updates', 'triggers'])
      mkdirSync(this.at(`var/lib/dpkg/${folder}`), { recursive: true });
    for (const file of ['status', 'available']) writeFileSync(this.at(`var/lib/dpkg/${file}`), '');
  }

  at(path: string): string {
    return join(this.folder, path);
  }

  has(path: string): boolean {
    return existsSync(this.at(path));
  }

  /** @throws Error with what dpkg said when it or a maintainer script failed */
  dpkg(...words: string[]): void {
    const flags = [`--root=${this.folder}`, '--log=/dev/null', '--force-script-chrootless', '--force-depends'];
    const { error, status, stdout, stderr } = spawnSync('dpkg', [...flags, ...words], { encoding: 'utf8' });
    if (error !== undefined || status !== 0)
      throw new Error(`dpkg ${words.join(' ')} ended with ${error?.message ?? status}:\n${stdout}${stderr}`);
  }

  /** Everything but dpkg's records and the folders above something else, sorted. */
  contents(): string[] {
    return readdirSync(this.folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => !path.startsWith('var/lib/dpkg/') && path !== 'var/lib/dpkg')
      .filter((path) => !statSync(this.at(path)).isDirectory() || readdirSync(this.at(path)).length === 0)
      .sort();
  }
}
