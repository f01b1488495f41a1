import assert from 'node:assert/strict';
import avro, { type Schema } from 'avsc';
import { HEADER_BYTES } from '../../src/registry/header.js';
import { schemas } from '../../src/schemas.js';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { type Settings, writeConfiguration } from '../support/configuration.js';
import { Daemon, type Exit, killDaemons, startDaemon } from '../support/daemon.js';
import { type ExpectationOptions, type Expected, expect } from '../support/expected.js';
import { asJavaHasIt, idOf, LaterRequests, laterVersion, withHeader, withoutHeaders } from '../support/framing.js';
import { initRecord, loadStartMs, makeInits, makeRequests, requestRecord } from '../support/load.js';
import { type NewRecord, produceAll } from '../support/produce.js';
import { untilConsumed } from '../support/progress.js';
import { Random } from '../support/random.js';
import { readTopic, type TopicRecords } from '../support/read.js';
import { type Registry, registryOrSkip } from '../support/registry.js';
import { createAllTopics, type Topics } from '../support/topics.js';
import {
  defaultVerify,
  type VerifyOptions,
  verifyAnswers,
  verifyDeadLetters,
  verifyStatuses,
} from '../support/verify.js';
import type { Init } from '../support/wire.js';
import { testReaders } from './framed-readers.js';
import { consumeAll, drain } from './run.js';

const partitions = 4;
/** An id that no registry of a test gets to. */
const nowhere = 987_654;
/** To the model its records are no requests. */
const nothing = (): Buffer => Buffer.alloc(0);
const later = new LaterRequests(laterVersion(schemas.ReservationRequestedEvent));

/** Ids of the writers' schemas, under the inputs' subjects. */
type Writers = { readonly init: number; readonly ours: number; readonly java: number; readonly later: number };

describe('avro.framing: confluent, with a real schema registry', () => {
  let broker: Broker;
  let registry: Registry;
  before(async function () {
    broker = await brokerOrSkip(this);
    registry = await registryOrSkip(this);
    await registry.setCompatibility('BACKWARD');
  });
  afterEach(killDaemons);

  const framing = (more: Settings = {}): Settings => ({
    avro: { framing: 'confluent', registry: { url: registry.url, timeoutMs: 2_000, ...more } },
  });

  /** What producers register before they write. */
  async function registerWriters(topics: Topics): Promise<Writers> {
    const subject = `${topics.requests}-value`;
    return {
      init: await registry.register(`${topics.init}-value`, asJavaHasIt(schemas.SectionInitCommand)),
      ours: await registry.register(subject, schemas.ReservationRequestedEvent as object),
      java: await registry.register(subject, asJavaHasIt(schemas.ReservationRequestedEvent)),
      later: await registry.register(subject, later.schema),
    };
  }

  /** Requests from `from` on, each by one of the writers, in turn. */
  function requestsBy(
    topics: Topics,
    sections: readonly Init[],
    ids: readonly [number, boolean][],
    from: number,
    count: number,
  ): NewRecord[] {
    const requests = makeRequests(new Random(from), sections, { count, maxSeats: 4, label: `from-${from}` });
    return requests.map((request, at) => {
      const [id, isLater] = ids[at % ids.length] as [number, boolean];
      const record = requestRecord(topics, request, loadStartMs + 1_000 + from + at);
      return withHeader(isLater ? { ...record, value: later.encode(request) } : record, id);
    });
  }

  async function loadSections(topics: Topics, { init }: Writers): Promise<Init[]> {
    const sections = makeInits(new Random(8), { sections: 20, rows: 10, seatsPerRow: 20 });
    const records = sections.map((one, at) => withHeader(initRecord(topics, one, loadStartMs + at), init));
    await produceAll(broker.bootstrapServers, records);
    return sections;
  }

  async function expectedOf(
    topics: Topics,
    writers: Writers,
    options: Partial<ExpectationOptions> = {},
  ): Promise<Expected> {
    const read = async (topic: string): Promise<TopicRecords> =>
      withoutHeaders(
        await readTopic(broker.bootstrapServers, topic),
        new Map([
          [writers.later, later.asFirst],
          [nowhere, nothing],
        ]),
      );
    return expect(await read(topics.init), await read(topics.requests), options);
  }

  /** Everything that was put out, field by field; @returns the ids that answers and statuses bear. */
  async function verifyAll(
    topics: Topics,
    expected: Expected,
    options: Partial<VerifyOptions> = {},
  ): Promise<{ results: number[]; status: number[] }> {
    const results = await readTopic(broker.bootstrapServers, topics.results);
    const status = await readTopic(broker.bootstrapServers, topics.status);
    verifyAnswers(withoutHeaders(results), expected.answers, 'none');
    verifyStatuses(withoutHeaders(status), expected.statuses, { ...defaultVerify, ...options });
    verifyDeadLetters(await readTopic(broker.bootstrapServers, topics.deadLetters), expected, 'none');
    const ids = (records: TopicRecords): number[] => [...new Set(records.flat().map(idOf))];
    return { results: ids(results), status: ids(status) };
  }

  it('reads ours, Java’s and a later version’s requests, writes under our ids, and buries what has no schema', async () => {
    const topics = await createAllTopics(broker.bootstrapServers, partitions);
    const writers = await registerWriters(topics);
    const sections = await loadSections(topics, writers);
    const all: [number, boolean][] = [
      [writers.ours, false],
      [writers.java, false],
      [writers.later, true],
    ];
    await produceAll(broker.bootstrapServers, requestsBy(topics, sections, all, 0, 3_000));
    const [odd] = requestsBy(topics, sections, [[nowhere, false]], 3_000, 1) as [NewRecord];
    await produceAll(broker.bootstrapServers, [odd, ...requestsBy(topics, sections, all, 4_000, 300)]);
    const settings = { ...framing(), status: { emit: 'every' } };
    const daemon = await consumeAll(broker, topics, writeConfiguration(broker.bootstrapServers, topics, settings));
    assert.deepEqual(daemon.events('aborted'), [], daemon.tail());

    const [letter, ...others] = (await readTopic(broker.bootstrapServers, topics.deadLetters)).flat();
    assert.deepEqual(others, []);
    assert.equal(letter?.headers['error.code'], 'unknownSchema');
    assert.deepEqual(letter.value, odd.value);
    const ids = await verifyAll(topics, await expectedOf(topics, writers), { emit: 'every' });
    assert.deepEqual(ids.results, await registry.versions(`${topics.results}-value`));
    assert.deepEqual(ids.status, await registry.versions(`${topics.status}-value`));

    // A reader whose schema is older, for it lacks a field, reads the status by its writer's schema from the registry.
    const { fields, ...rest } = schemas.SectionStatusEvent as unknown as { fields: { name: string }[]; name: string };
    const older = avro.Type.forSchema({ ...rest, fields: fields.filter(({ name }) => name !== 'timestamp') } as Schema);
    const [status] = (await readTopic(broker.bootstrapServers, topics.status)).flat();
    assert.ok(status?.value);
    const answer = await fetch(`${registry.url}/schemas/ids/${idOf(status)}`);
    const { schema } = (await answer.json()) as { schema: string };
    const resolver = older.createResolver(avro.Type.forSchema(JSON.parse(schema) as Schema));
    const { eventId, section } = older.fromBuffer(status.value.subarray(HEADER_BYTES), resolver) as Init;
    assert.equal(status.key?.toString(), `${eventId}-${section}`);
  });

  it('a registry that is killed stops nothing that is known, loses nothing that is not, and is not needed to start again', async () => {
    const topics = await createAllTopics(broker.bootstrapServers, partitions);
    const writers = await registerWriters(topics);
    const sections = await loadSections(topics, writers);
    const known: [number, boolean][] = [
      [writers.ours, false],
      [writers.java, false],
    ];
    const all: [number, boolean][] = [...known, [writers.later, true]];
    const configuration = writeConfiguration(broker.bootstrapServers, topics, framing());
    const first = startDaemon(configuration.file);
    await first.waitFor('ready');
    await produceAll(broker.bootstrapServers, requestsBy(topics, sections, known, 0, 500));
    await untilConsumed(broker.bootstrapServers, topics, first);
    await registry.kill();
    try {
      await produceAll(broker.bootstrapServers, requestsBy(topics, sections, known, 1_000, 500));
      await untilConsumed(broker.bootstrapServers, topics, first);
      assert.deepEqual(first.events('registryUnavailable'), []);
      await produceAll(broker.bootstrapServers, requestsBy(topics, sections, all, 2_000, 500));
      await first.waitFor('registryUnavailable');
      await drain(first);

      const second = startDaemon(configuration.file);
      await second.waitFor('registryUnavailable', ({ schemas }) => schemas === 0);
      await second.waitFor('registryUnavailable', ({ schemas }) => schemas !== 0);
      await registry.start();
      await second.waitFor('schemaLearnt');
      await second.waitFor('registryAvailable');
      await untilConsumed(broker.bootstrapServers, topics, second);
      await drain(second);
    } finally {
      await registry.start();
    }
    const ids = await verifyAll(topics, await expectedOf(topics, writers));
    assert.deepEqual(
      [ids.results.length, ids.status.length],
      [1, 1],
      'the ids of the second start are those of the first',
    );
  });

  testReaders(() => ({ broker, registry }));

  it('a start says what is wrong: a registry that is away (75), that refuses, or that has no schema of ours (78)', async () => {
    const topics = await createAllTopics(broker.bootstrapServers, partitions);
    const writers = await registerWriters(topics);
    const failing = async (settings: Settings): Promise<{ exit: Exit; sentence: string }> => {
      const daemon = startDaemon(writeConfiguration(broker.bootstrapServers, topics, settings).file);
      const exit = await daemon.exited;
      return { exit, sentence: String(daemon.events('fatal')[0]?.msg) };
    };
    const verb = async (file: string, ...words: string[]): Promise<string> => {
      const child = new Daemon([...words, '-c', file]);
      const { code } = await child.exited;
      return `${code} ${child.text.join('\n')}`;
    };
    const check = (settings: Settings): Promise<string> =>
      verb(writeConfiguration(broker.bootstrapServers, topics, settings).file, 'check-config', '--connect');
    const orderly = await check(framing());
    assert.match(orderly, /^0 (.|\n)*^schema registry http.*: ok: answers$/m);
    assert.match(
      orderly,
      new RegExp(`^subject ${topics.requests}-value: ok: has ReservationRequestedEvent, with`, 'm'),
    );
    assert.match(orderly, new RegExp(`^subject ${topics.status}-value: ok: is not there yet`, 'm'));
    const away = await failing({ avro: { framing: 'confluent', registry: { url: 'http://127.0.0.1:9/v7' } } });
    assert.equal(away.exit.code, 75, away.sentence);
    assert.match(away.sentence, /the schema registry at http:\/\/127\.0\.0\.1:9\/v7 is not available/);
    const missing = await failing(framing({ autoRegister: false }));
    assert.equal(missing.exit.code, 78);
    assert.match(
      missing.sentence,
      new RegExp(`no schema under ${topics.results}-value .*schemas/ReservationCompleted`),
    );

    // The replaced system's subjects: full maps, registered by Java.
    const subject = `${topics.status}-value`;
    await registry.register(`${topics.results}-value`, asJavaHasIt(schemas.ReservationCompletedEvent));
    const full = await registry.register(subject, asJavaHasIt(schemas.SectionSeatState));
    const foreseen = await check(framing());
    assert.match(foreseen, /^78 /);
    assert.match(foreseen, new RegExp(`^subject ${subject}: mistake: .*refuses SectionStatusEvent .*NONE`, 'm'));
    assert.match(foreseen, new RegExp(`^subject ${topics.results}-value: ok: .*a start registers`, 'm'));
    const refused = await failing(framing());
    assert.equal(refused.exit.code, 78);
    assert.match(refused.sentence, new RegExp(`refuses SectionStatusEvent under ${subject}.*compatibility NONE`));

    const sections = await loadSections(topics, writers);
    await produceAll(broker.bootstrapServers, requestsBy(topics, sections, [[writers.java, false]], 0, 100));
    const fullSettings = { ...framing({ autoRegister: false }), status: { payload: 'full' } };
    await consumeAll(broker, topics, writeConfiguration(broker.bootstrapServers, topics, fullSettings));
    const ids = await verifyAll(topics, await expectedOf(topics, writers, { payload: 'full' }), { payload: 'full' });
    assert.deepEqual(ids.status, [full], 'what Java registered is looked up, and borne by the statuses');

    await registry.allowEverything(subject);
    const { file } = writeConfiguration(broker.bootstrapServers, topics, framing());
    const slim = startDaemon(file);
    await slim.waitFor('ready');
    assert.match(await verb(file, 'init', '7', 'Z', '--rows', '1', '--seats-per-row', '4'), /^0 sent: section Z/);
    assert.match(await verb(file, 'reserve', '7', 'Z', '3'), /^0 CONFIRMED: Z-1, Z-2, Z-3/);
    await drain(slim);
    assert.deepEqual(slim.events('deadLetter'), []);
    assert.equal((await registry.versions(subject)).length, 2);
  });
});
