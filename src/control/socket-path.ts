import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { SOCKET_PATH_LIMIT_BYTES } from '../config/control.js';
import type { Config } from '../config/schema.js';
import { needsPerson } from '../errors.js';

type Named = Pick<Config, 'application' | 'instance' | 'control' | 'state'>;

const fileNameOf = ({ application, instance }: Named): string => `${application}-${instance}.sock`;

/** Where a daemon is looked for that was not told a path: there is its socket, or a link to it. */
export const stateSocketPath = (config: Named): string => join(config.state.directory, fileNameOf(config));

/**
 * Where the daemon listens; undefined with `control.socket: none`.
 *
 * @throws FatalError (78) when the path is longer than a unix socket's can be
 */
export function listenPath(config: Named, environment: NodeJS.ProcessEnv): string | undefined {
  const { socket } = config.control;
  if (socket === 'none') return undefined;
  if (socket !== 'auto') return socket;
  // systemd separates several RuntimeDirectory= by colons.
  const runtimeDirectory = environment.RUNTIME_DIRECTORY?.split(':')[0];
  const path = runtimeDirectory ? join(runtimeDirectory, fileNameOf(config)) : stateSocketPath(config);
  const sizeBytes = Buffer.byteLength(path);
  if (sizeBytes > SOCKET_PATH_LIMIT_BYTES)
    throw needsPerson(
      `control.socket: ${path} has ${sizeBytes} bytes, but the path of a unix socket can have ${SOCKET_PATH_LIMIT_BYTES}: set control.socket to a shorter one, or to none`,
    );
  return path;
}

/**
 * Where to connect to. Whoever asks has not the environment of the service, so with `auto` the link in the state's
 * folder is followed; it is followed here, for it may be longer than a socket's path can be.
 */
export function connectPath(config: Named): string {
  const { socket } = config.control;
  if (socket === 'none') throw needsPerson('control.socket is none: the daemon has no socket to be controlled by');
  if (socket !== 'auto') return socket;
  const path = stateSocketPath(config);
  try {
    return readlinkSync(path);
  } catch {
    return path;
  }
}
