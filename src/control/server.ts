import { chmodSync, existsSync, lstatSync, rmSync, symlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { FatalError, internal, messageOf, needsPerson, temporary } from '../errors.js';
import { LineTooLong, linesOf } from './lines.js';
import {
  CONNECTION_LIMIT,
  type ControlAnswer,
  type ControlRequest,
  type ControlResponse,
  type ControlVerb,
  IDLE_TIMEOUT_MS,
  REQUEST_LIMIT_BYTES,
  requestSchema,
} from './protocol.js';

/** Carries a request out. @throws FatalError, whose sentence and exit code are the answer */
export type CarryOut = (request: ControlRequest) => Promise<ControlAnswer[ControlVerb]>;

type Connection = { isBusy: boolean; served: Promise<void> };

/** The control socket: open to its user alone, gone with the process. */
export class ControlServer {
  private readonly connections = new Map<Socket, Connection>();
  private readonly server: Server;
  private closing = false;

  private constructor(
    private readonly path: string,
    /** Where else it can be found; undefined where there is no need. */
    private readonly link: string | undefined,
    private readonly carryOut: CarryOut,
  ) {
    // Who asks may close its side at once, as `echo … | nc -U` does, and hears the answer all the same.
    this.server = createServer({ allowHalfOpen: true }, (socket) => this.accept(socket));
  }

  /** @throws FatalError (78) when there can't be a socket at the path */
  static async open(path: string, link: string, carryOut: CarryOut): Promise<ControlServer> {
    const server = new ControlServer(path, link === path ? undefined : link, carryOut);
    // libuv would call it a matter of permissions.
    if (!existsSync(dirname(path))) throw needsPerson(`control.socket: the folder ${dirname(path)} does not exist`);
    await clear(path);
    await new Promise<void>((resolve, reject) => {
      server.server.once('error', (error) =>
        reject(needsPerson(`control.socket: no socket can be made at ${path}: ${messageOf(error)}`, error)),
      );
      server.server.listen(path, resolve);
    });
    chmodSync(path, 0o600);
    if (server.link !== undefined) {
      rmSync(server.link, { force: true });
      symlinkSync(path, server.link);
    }
    return server;
  }

  /** Takes no further request, and waits until those that are under way are answered. */
  async close(): Promise<void> {
    this.closing = true;
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const [socket, { isBusy }] of this.connections) if (!isBusy) socket.destroy();
    await Promise.all([...this.connections.values()].map(({ served }) => served));
    await closed;
    this.remove();
  }

  /** Takes the socket's name away, whatever goes on: the process is about to end. */
  remove(): void {
    rmSync(this.path, { force: true });
    if (this.link !== undefined) rmSync(this.link, { force: true });
  }

  private accept(socket: Socket): void {
    // Who hangs up does not hear the answer; nothing else follows from it.
    socket.on('error', () => socket.destroy());
    if (this.connections.size >= CONNECTION_LIMIT) {
      socket.write(line(failed(temporary(`there are ${CONNECTION_LIMIT} connections already`))));
      socket.destroySoon();
      return;
    }
    const connection: Connection = { isBusy: false, served: Promise.resolve() };
    this.connections.set(socket, connection);
    socket.setTimeout(IDLE_TIMEOUT_MS, () => {
      if (!connection.isBusy) socket.destroy();
    });
    connection.served = this.serve(socket, connection).finally(() => {
      this.connections.delete(socket);
      socket.destroySoon();
    });
  }

  /** One request after the other. */
  private async serve(socket: Socket, connection: Connection): Promise<void> {
    try {
      for await (const text of linesOf(socket, REQUEST_LIMIT_BYTES)) {
        connection.isBusy = true;
        const response = await this.respond(text);
        await written(socket, response);
        connection.isBusy = false;
        if (this.closing) return;
      }
    } catch (error) {
      // Otherwise it was the other side that went away.
      if (error instanceof LineTooLong) await written(socket, failed(needsPerson(error.message)));
    }
  }

  private async respond(text: string): Promise<ControlResponse> {
    try {
      return { ok: true, answer: await this.carryOut(requestOf(text)) };
    } catch (error) {
      return failed(error instanceof FatalError ? error : internal(messageOf(error), error));
    }
  }
}

const line = (response: ControlResponse): string => `${JSON.stringify(response)}\n`;

const written = (socket: Socket, response: ControlResponse): Promise<void> =>
  new Promise((resolve) => {
    if (socket.destroyed) resolve();
    else socket.write(line(response), () => resolve());
  });

const failed = ({ message, exitCode }: FatalError): ControlResponse => ({ ok: false, error: { message, exitCode } });

function requestOf(text: string): ControlRequest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw needsPerson(`a request is one line of JSON: ${messageOf(error)}`);
  }
  const parsed = requestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw needsPerson(`no such request: ${parsed.error.issues.map(({ message }) => message).join('; ')}`);
}

/** A process that was killed leaves its socket behind. @throws FatalError (78) when there is something else, or one that is alive */
async function clear(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (found.isSymbolicLink()) return rmSync(path);
  if (!found.isSocket()) throw needsPerson(`control.socket: ${path} is there, and no socket; it is left alone`);
  if (await isAnswered(path))
    throw needsPerson(`control.socket: another process listens at ${path}; give each instance a socket of its own`);
  rmSync(path, { force: true });
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const end = (answered: boolean) => (): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', end(true));
    socket.once('error', end(false));
  });
}
