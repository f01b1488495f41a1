import type { Config } from '../config/schema.js';
import { ControlClient } from '../control/client.js';
import { ExitCode, FatalError, temporary } from '../errors.js';
import type { RunningDaemon } from './running-daemon.js';

/**
 * The daemon of this configuration, by its control socket; undefined when none is running here, or it has no socket.
 * @throws FatalError (78) when this user may not talk to it
 */
export async function findDaemon(config: Config): Promise<RunningDaemon | undefined> {
  if (config.control.socket === 'none') return undefined;
  // A connection for each request: one that is idle while a topic is made anew would be closed.
  const ask = async <Answer>(request: (client: ControlClient) => Promise<Answer>): Promise<Answer> => {
    const client = await ControlClient.of(config);
    try {
      return await request(client);
    } finally {
      client.close();
    }
  };
  try {
    const { instance, pid } = await ask((client) => client.status());
    return {
      name: `seatmapd ${instance} (process ${pid})`,
      pause: () => ask((client) => client.pause()),
      republish: () => ask(republished),
      resume: async () => {
        await ask((client) => client.resume());
      },
    };
  } catch (error) {
    if (error instanceof FatalError && error.exitCode === ExitCode.unavailable) return undefined;
    throw error;
  }
}

/** @throws FatalError (75) when sections were given to another instance meanwhile */
async function republished(client: ControlClient): Promise<number> {
  const { sections, omitted, revoked } = await client.republish();
  if (revoked > 0) throw temporary(`${revoked} partitions were given to another instance meanwhile.`);
  if (omitted > 0) throw temporary(`${omitted} sections would not fit limits.messageBytes.`);
  return sections;
}
