import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Config } from '../config/schema.js';
import { ExitCode, FatalError, messageOf, needsPerson, temporary } from '../errors.js';
import type { LogLevel } from '../log-level.js';
import { linesOf } from './lines.js';
import {
  ANSWER_LIMIT_BYTES,
  type ControlAnswer,
  type ControlRequest,
  type ControlResponse,
  type ControlVerb,
} from './protocol.js';
import { connectPath } from './socket-path.js';

/** A connection to a running daemon's control socket; one request at a time. */
export class ControlClient {
  private readonly lines: AsyncIterator<string>;

  private constructor(
    private readonly socket: Socket,
    private readonly path: string,
  ) {
    this.lines = linesOf(socket, ANSWER_LIMIT_BYTES);
  }

  /**
   * Connects to the daemon of this configuration.
   *
   * @throws FatalError (69) when none is there, (78) when this user may not talk to it
   */
  static of(config: Config): Promise<ControlClient> {
    return ControlClient.connect(connectPath(config));
  }

  /** @throws as `of` does */
  static async connect(path: string): Promise<ControlClient> {
    const socket = connect(path);
    try {
      await once(socket, 'connect');
    } catch (error) {
      throw unreachable(path, error);
    }
    // What goes wrong later ends the lines.
    socket.on('error', () => undefined);
    return new ControlClient(socket, path);
  }

  /** What the daemon is at. */
  status(): Promise<ControlAnswer['status']> {
    return this.ask({ verb: 'status' });
  }

  /** Resolves once nothing is in flight any more. The instance stays in its group, and partitions that come are paused too. */
  pause(): Promise<ControlAnswer['pause']> {
    return this.ask({ verb: 'pause' });
  }

  /** Looks at the topics first; with something wrong the daemon stays paused. @throws FatalError (78) saying what */
  resume(): Promise<ControlAnswer['resume']> {
    return this.ask({ verb: 'resume' });
  }

  /** Resolves once a status of every section is committed. In a pause the topics are looked at first, as by `resume`. */
  republish(): Promise<ControlAnswer['republish']> {
    return this.ask({ verb: 'republish' });
  }

  logLevel(level: LogLevel): Promise<ControlAnswer['logLevel']> {
    return this.ask({ verb: 'logLevel', level });
  }

  close(): void {
    this.socket.destroy();
  }

  /** @throws FatalError with the daemon's sentence and exit code, or (75) when it went away */
  private async ask<Request extends ControlRequest>(request: Request): Promise<ControlAnswer[Request['verb']]> {
    this.socket.write(`${JSON.stringify(request)}\n`);
    const { value } = await this.lines.next().catch(() => ({ value: undefined }));
    if (typeof value !== 'string') throw temporary(`the daemon at ${this.path} went away before it answered`);
    const response = JSON.parse(value) as ControlResponse;
    if (!response.ok) throw new FatalError(response.error.exitCode, response.error.message);
    return response.answer as ControlAnswer[ControlVerb] as ControlAnswer[Request['verb']];
  }
}

function unreachable(path: string, error: unknown): FatalError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EACCES' || code === 'EPERM')
    return needsPerson(`${path} is closed to this user: run it as the service's user, or as root`, error);
  if (code === 'ENOENT' || code === 'ECONNREFUSED')
    return new FatalError(ExitCode.unavailable, `no daemon is running at ${path}`, { cause: error });
  return new FatalError(ExitCode.unavailable, `no daemon can be reached at ${path}: ${messageOf(error)}`, {
    cause: error,
  });
}
