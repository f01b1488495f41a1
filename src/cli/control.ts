import { ControlClient } from '../control/client.js';
import { type ConfigurationOptions, loadFrom } from './options.js';

/** For the help of a verb that talks to a running daemon. */
export const controlExitCodes =
  'Exit codes: 0 done, 69 no daemon is running, 75 it went away or is busy, 78 a person is needed.';

/** Talks to the daemon of the configuration that the options name. */
export async function withDaemon<Result>(
  options: ConfigurationOptions,
  talk: (client: ControlClient) => Promise<Result>,
): Promise<Result> {
  const client = await ControlClient.of(loadFrom(options).config);
  try {
    return await talk(client);
  } finally {
    client.close();
  }
}
