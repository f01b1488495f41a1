import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Catalogue } from '../../examples/api-server/catalogue.js';
import { EventStreams } from '../../examples/api-server/stream/event-streams.js';
import { FakeCache, FakeSink } from './fakes.js';

const limits = { updateIntervalMs: 1, heartbeatIntervalMs: 60_000, dropAfterMs: 60_000, subscribers: 2 };

/** Long enough for changes to be told; where it was not, the next look finds them. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(1);
}

describe('the streams of the example server', () => {
  let streams: EventStreams;
  let cache: FakeCache;
  afterEach(() => streams.close());

  function start(changes: Partial<typeof limits> = {}): void {
    cache = new FakeCache(1);
    const catalogue = new Catalogue({ 1: { A: 10 } });
    streams = new EventStreams(cache.asCache(), catalogue, { ...limits, ...changes });
    cache.put('A', 9);
    cache.put('B', 5);
    catalogue.follow(cache.asCache());
  }

  it('begin with every section, then tell what changed and what is not known any more', async () => {
    start();
    const sink = new FakeSink(100);
    streams.subscribe(1, sink);
    assert.deepEqual(sink.rows('snapshot'), [
      [
        ['A', 9, 10, true],
        ['B', 5, 5, false],
      ],
    ]);
    cache.put('B', 4);
    cache.remove('A');
    await until(() => sink.rows('update').length > 0);
    assert.deepEqual(sink.rows('update'), [
      [
        ['B', 4, 5, false],
        ['A', null, 10, true],
      ],
    ]);
  });

  it('tell a page that takes nothing no more than one message, then what there is, however much it missed', async () => {
    start();
    const [slow, quick] = [new FakeSink(1), new FakeSink(1_000_000)];
    streams.subscribe(1, slow);
    streams.subscribe(1, quick);
    for (let left = 500; left >= 0; left -= 1) {
      cache.put('B', left);
      await until(() => quick.rows('update').length >= 501 - left);
    }
    assert.equal(slow.messages.length, 1);
    slow.drain(10);
    assert.deepEqual(slow.rows('snapshot').at(-1), [
      ['A', 9, 10, true],
      ['B', 0, 500, false],
    ]);
    assert.equal(slow.messages.length, 2);
    cache.put('A', 8);
    await until(() => slow.rows('update').length > 0);
    assert.deepEqual(slow.rows('update'), [[['A', 8, 10, true]]]);
  });

  it('drop a page that takes nothing for long, and make room for another', async () => {
    start({ dropAfterMs: 5 });
    const slow = new FakeSink(1);
    const unsubscribe = streams.subscribe(1, slow);
    streams.subscribe(1, new FakeSink(10));
    assert.equal(streams.isFull, true);
    await until(() => slow.state === 'destroyed');
    unsubscribe();
    unsubscribe();
    assert.deepEqual([streams.size, streams.isFull], [1, false]);
  });

  it('keep a browser that reads nothing from filling the memory: no more than one message waits for it', async () => {
    start();
    const sections = 5_000;
    const sell = (left: number): void => {
      for (let section = 0; section < sections; section += 1) cache.put(`Section ${section}`, left);
    };
    sell(1_000);
    let response: ServerResponse | undefined;
    const server = createServer((_request, answer) => {
      response = answer;
      streams.subscribe(1, answer);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.pause();
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    const quick = new FakeSink(1_000_000);
    streams.subscribe(1, quick);
    /** Sells in every section and waits until it was told; returns the bytes that wait for the browser. */
    const round = async (left: number): Promise<number> => {
      const told = quick.messages.length;
      sell(left);
      await until(() => quick.messages.length > told);
      return response?.writableLength ?? 0;
    };
    try {
      let left = 999;
      // The kernel takes some for the connection; then it is blocked.
      while ((await round(left)) === 0) left -= 1;
      const messageBytes = Math.max(...quick.messages.map((message) => Buffer.byteLength(message)));
      for (let times = 0; times < 50; times += 1) {
        left -= 1;
        const waiting = await round(left);
        assert.ok(waiting > 0 && waiting <= messageBytes + 100, `${waiting} bytes wait, a message has ${messageBytes}`);
      }
    } finally {
      socket.destroy();
      server.close();
    }
  });

  it('keep an idle connection alive', async () => {
    start({ heartbeatIntervalMs: 1 });
    const sink = new FakeSink(1_000);
    streams.subscribe(1, sink);
    await until(() => sink.messages.at(-1) === 'event: heartbeat\ndata: 1\n\n');
  });

  it('tell nothing of other events', async () => {
    start();
    const [other, sink] = [new FakeSink(10), new FakeSink(10)];
    streams.subscribe(2, other);
    streams.subscribe(1, sink);
    cache.put('A', 1);
    await until(() => sink.rows('update').length > 0);
    assert.deepEqual([other.rows('snapshot'), other.rows('update')], [[[]], []]);
  });

  it('end with the server: in order where the connection takes it, at once where it does not', () => {
    start();
    const [slow, quick] = [new FakeSink(1), new FakeSink(10)];
    streams.subscribe(1, slow);
    streams.subscribe(1, quick);
    streams.close();
    assert.deepEqual([slow.state, quick.state], ['destroyed', 'ended']);
    assert.equal(cache.listenerCount('update'), 1);
  });
});
