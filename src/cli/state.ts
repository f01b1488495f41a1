import type { Command } from 'commander';
import * as list from './state/list.js';
import * as show from './state/show.js';

/** `state …`: looks at the sections that this host's stores hold, beside a daemon that may be running. */
export function register(program: Command): void {
  const state = program
    .command('state')
    .description("the sections in this host's stores: looked at beside a running daemon, backed up, restored, removed");
  for (const verb of [list, show]) verb.register(state);
}
