import { StateFolder } from '../../state/state-folder.js';
import { type ConfigurationOptions, loadFrom } from '../options.js';
import { warnOf } from './output.js';

/** Opens the state that a verb's options name, and closes it in the end; tells of what could not be read, also when `use` fails. */
export async function withState(
  options: ConfigurationOptions,
  use: (state: StateFolder) => Promise<void>,
): Promise<void> {
  const state = await StateFolder.open(loadFrom(options).config);
  try {
    await use(state);
  } finally {
    await state.close();
    warnOf(state);
  }
}
