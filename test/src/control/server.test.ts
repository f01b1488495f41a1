import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, linkSync, lstatSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { ControlClient } from '../../../src/control/client.js';
import { linesOf } from '../../../src/control/lines.js';
import { CONNECTION_LIMIT, type ControlRequest, REQUEST_LIMIT_BYTES } from '../../../src/control/protocol.js';
import { type CarryOut, ControlServer } from '../../../src/control/server.js';
import { needsPerson } from '../../../src/errors.js';
import { turn, until } from '../../support/fakes/steps.js';
import { removeFolder, temporaryFolder } from '../../support/temporary.js';

describe('the control socket', () => {
  let folder: string;
  let path: string;
  let server: ControlServer | undefined;
  const clients: { close(): void }[] = [];
  beforeEach(() => {
    folder = temporaryFolder('control');
    path = join(folder, 'a.sock');
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await server?.close();
    server = undefined;
    removeFolder(folder);
  });

  async function open(carryOut: CarryOut, link = path): Promise<void> {
    server = await ControlServer.open(path, link, carryOut);
  }

  async function client(): Promise<ControlClient> {
    const connected = await ControlClient.connect(path);
    clients.push(connected);
    return connected;
  }

  const asked: ControlRequest[] = [];
  const pausing: CarryOut = async (request) => {
    asked.push(request);
    return { wasPaused: false };
  };

  /** What is answered to bytes of the caller's choice, until the other side hangs up. */
  async function raw(text: string): Promise<unknown[]> {
    const socket = connect(path);
    socket.end(text);
    const answers: unknown[] = [];
    for await (const line of linesOf(socket, 1_000_000)) answers.push(JSON.parse(line));
    return answers;
  }

  it('answers request after request of a connection, in their order, also when its other half is closed', async () => {
    await open(async (request) => ({ level: request.verb === 'logLevel' ? request.level : '', previous: 'info' }));
    const request = (level: string): string => `${JSON.stringify({ verb: 'logLevel', level })}\n`;
    const answers = await raw(request('debug') + request('warn'));
    assert.deepEqual(answers, [
      { ok: true, answer: { level: 'debug', previous: 'info' } },
      { ok: true, answer: { level: 'warn', previous: 'info' } },
    ]);
    assert.deepEqual(await (await client()).logLevel('error'), { level: 'error', previous: 'info' });
  });

  it('refuses what is no request, and goes on', async () => {
    await open(pausing);
    asked.length = 0;
    const wrong = [
      '{',
      '"pause"',
      '{}',
      '{"verb":"stop"}',
      '{"verb":"pause","now":true}',
      '{"verb":"logLevel","level":"loud"}',
    ];
    const answers = (await raw(`${wrong.join('\n')}\n{"verb":"pause"}\n`)) as {
      ok: boolean;
      error?: { exitCode: number };
    }[];
    assert.deepEqual(
      answers.map(({ ok, error }) => (ok ? 'ok' : error?.exitCode)),
      [78, 78, 78, 78, 78, 78, 'ok'],
    );
    assert.deepEqual(asked, [{ verb: 'pause' }]);
  });

  it('refuses a line beyond the limit and hangs up, whether it ends or not', async () => {
    await open(pausing);
    for (const end of ['\n', '']) {
      const [answer, ...more] = await raw(`${' '.repeat(REQUEST_LIMIT_BYTES + 1)}${end}`);
      assert.deepEqual(answer, {
        ok: false,
        error: { message: `a line can have ${REQUEST_LIMIT_BYTES} bytes`, exitCode: 78 },
      });
      assert.deepEqual(more, []);
    }
  });

  it('tells the sentence and the exit code of what a request failed with', async () => {
    await open(() => Promise.reject(needsPerson('the status topic is gone')));
    await assert.rejects((await client()).resume(), { exitCode: 78, message: 'the status topic is gone' });
  });

  it('refuses connections beyond its limit, and takes others once one has gone', async () => {
    await open(pausing);
    const held = await Promise.all(Array.from({ length: CONNECTION_LIMIT }, () => client()));
    for (const one of held) await one.pause();
    await assert.rejects(async () => (await client()).pause(), { exitCode: 75, message: /connections already/ });
    held[0]?.close();
    for (let turns = 0; turns < 50; turns += 1) await turn();
    await (await client()).pause();
  });

  it('closes once what is under way is answered, and leaves nothing behind', async () => {
    let goOn = (): void => undefined;
    let isAsked = false;
    const going = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await open(async () => {
      isAsked = true;
      await going;
      return { wasPaused: false };
    });
    const [waiting, idle] = [await client(), await client()];
    const answered = waiting.pause();
    await until(() => isAsked, 'it is under way');
    const closed = server?.close();
    goOn();
    assert.deepEqual(await answered, { wasPaused: false });
    await closed;
    server = undefined;
    await assert.rejects(idle.pause(), { exitCode: 75, message: /went away/ });
    assert.ok(!existsSync(path));
  });

  it('is open to its user alone', async () => {
    await open(pausing);
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  it('can be found by a link, which goes with it', async () => {
    const link = join(folder, 'link.sock');
    await open(pausing, link);
    assert.equal(readlinkSync(link), path);
    await server?.close();
    server = undefined;
    assert.equal(lstatSync(link, { throwIfNoEntry: false }), undefined);
  });

  it('takes the place of one that a killed process left behind', async () => {
    const stale = createServer().listen(path);
    await once(stale, 'listening');
    // Node takes a socket's name away when it closes it; a process that is killed does not.
    const kept = `${path}.kept`;
    linkSync(path, kept);
    await new Promise((resolve) => stale.close(resolve));
    linkSync(kept, path);
    await open(pausing);
    assert.deepEqual(await (await client()).pause(), { wasPaused: false });
  });

  it('is refused where another listens, or where something else lies', async () => {
    const other = createServer((socket: Socket) => socket.destroy()).listen(path);
    await once(other, 'listening');
    await assert.rejects(open(pausing), { exitCode: 78, message: /another process listens/ });
    await new Promise((resolve) => other.close(resolve));
    writeFileSync(path, 'precious');
    await assert.rejects(open(pausing), { exitCode: 78, message: /no socket; it is left alone/ });
    await assert.rejects(ControlServer.open(join(folder, 'none', 'a.sock'), path, pausing), {
      exitCode: 78,
      message: /folder .* does not exist/,
    });
  });

  it('of a daemon that does not run: 69, and the path is named', async () => {
    await assert.rejects(ControlClient.connect(path), { exitCode: 69, message: `no daemon is running at ${path}` });
  });
});
