import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { atExit } from './temporary.js';

/** Node has no unix datagram sockets. Each datagram becomes a line of JSON. */
const program = `
import json, socket, sys
address = sys.argv[1]
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind('\\0' + address[1:] if address.startswith('@') else address)
print(json.dumps('bound'), flush=True)
while True:
    print(json.dumps(receiver.recv(65536).decode()), flush=True)
`;

const timeoutMs = 60_000;

/** Python is there wherever the addon was built. */
export const hasPython = (): boolean => spawnSync('python3', ['-c', 'import socket']).status === 0;

/** The socket of a service manager (NOTIFY_SOCKET): what it was sent, as systemd would read it. */
export class NotifySocket {
  /** One entry a datagram, by the names in it. */
  readonly messages: Readonly<Record<string, string>>[] = [];
  private readonly listeners = new Set<() => void>();

  private constructor(private readonly receiver: ChildProcess) {}

  /** @param address a path, or `@` and a name of the abstract namespace */
  static async bind(address: string): Promise<NotifySocket> {
    const receiver = spawn('python3', ['-c', program, address], { stdio: ['ignore', 'pipe', 'inherit'] });
    atExit(() => receiver.kill('SIGKILL'));
    const socket = new NotifySocket(receiver);
    let isBound = false;
    createInterface(receiver.stdout).on('line', (line) => {
      if (isBound) socket.messages.push(parsed(JSON.parse(line) as string));
      isBound = true;
      for (const listener of [...socket.listeners]) listener();
    });
    await socket.until(() => isBound, 'be bound');
    return socket;
  }

  /** Resolves once it was sent one that satisfies `accepts`, past or to come. */
  async waitFor(what: string, accepts: (message: Readonly<Record<string, string>>) => boolean): Promise<void> {
    await this.until(() => this.messages.some(accepts), `be sent ${what}`);
  }

  /** How many had this name. */
  count(name: string): number {
    return this.messages.filter((message) => name in message).length;
  }

  close(): void {
    this.receiver.kill('SIGKILL');
  }

  private until(condition: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (error?: Error): void => {
        clearTimeout(timeout);
        this.listeners.delete(check);
        if (error === undefined) resolve();
        else reject(error);
      };
      const check = (): void => {
        if (condition()) finish();
      };
      const timeout = setTimeout(
        () => finish(new Error(`the socket did not ${what}; it was sent ${JSON.stringify(this.messages)}`)),
        timeoutMs,
      );
      this.listeners.add(check);
      check();
    });
  }
}

const parsed = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split('\n').map((line): [string, string] => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
