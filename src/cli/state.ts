import type { Command } from 'commander';
import * as backup from './state/backup.js';
import * as compact from './state/compact.js';
import * as exporting from './state/export.js';
import * as list from './state/list.js';
import * as remove from './state/remove.js';
import * as restore from './state/restore.js';
import * as show from './state/show.js';
import * as verify from './state/verify.js';

/** `state …`: what this host's stores hold, beside a daemon that may be running. */
export function register(program: Command): void {
  const state = program
    .command('state')
    .description("the sections in this host's stores: looked at beside a running daemon, backed up, restored, removed")
    // LMDB makes the lock file of a store that has none, also for who only reads; it is the service's alone.
    .hook('preAction', () => void process.umask(0o077));
  for (const verb of [list, show, verify, exporting, backup, restore, compact, remove]) verb.register(state);
}
