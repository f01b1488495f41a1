import { join } from 'node:path';
import type { Inputs, Outputs } from '../../test/support/topics.js';
import type { InputShape, SideSettings } from '../results.js';

/** What a program is started with: topics that nobody used before, but for the inputs, and a folder of its own. */
export type SideContext = {
  readonly bootstrapServers: string;
  readonly inputs: Inputs;
  readonly outputs: Outputs;
  readonly shape: InputShape;
  /** Empty. */
  readonly folder: string;
};

/** Where a program keeps its state. */
export const stateFolder = (folder: string): string => join(folder, 'state');

/** How a program is started; `build` has been called before. */
export type Command = {
  readonly program: string;
  readonly args: readonly string[];
};

/**
 * One of the programs that are compared. They all read `inputs`, write to `outputs`, commit offsets in the group
 * `outputs.application`, write a line of JSON with the event `ready` on stdout, and end in order on SIGTERM.
 */
export type Side<Settings extends SideSettings = SideSettings> = {
  /** Compiles what is compiled; called once. */
  build(): Promise<void>;
  command(settings: Settings, context: SideContext): Command;
};
