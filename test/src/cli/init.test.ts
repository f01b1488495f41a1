import assert from 'node:assert/strict';
import { type Broker, brokerOrSkip } from '../../support/broker.js';
import { type Configuration, writeConfiguration } from '../../support/configuration.js';
import { Daemon, killDaemons } from '../../support/daemon.js';
import { partitionOf } from '../../support/murmur2.js';
import { readTopic } from '../../support/read.js';
import { createInputs, nameInputs, nameOutputs, type Topics } from '../../support/topics.js';
import { initCodec } from '../../support/wire.js';
import { seatmapd } from './seatmapd.js';

const shape = ['--rows', '10', '--seats-per-row', '20'];
const offline = (...words: string[]) => seatmapd([...words, '--set', 'kafka.client.bootstrap.servers=127.0.0.1:1']);

describe('seatmapd init', () => {
  afterEach(killDaemons);

  it('refuses mistakes with a sentence and exit code 78, before it connects', () => {
    const mistakes: readonly (readonly [readonly string[], RegExp])[] = [
      [['init', 'one', 'A', ...shape], /'event'.*whole number of at most 64 bits/],
      [['init', '9223372036854775808', 'A', ...shape], /'event'.*whole number of at most 64 bits/],
      [['init', '1', 'A', '--rows', '0', '--seats-per-row', '20'], /--rows .*whole number from 1/],
      [['init', '1', 'A', '--rows', '10', '--seats-per-row', '2.5'], /--seats-per-row .*whole number from 1/],
      [['init', '1', 'A', '--rows', '10'], /--seats-per-row <n>' not specified/],
      [['init', '1', '', ...shape], /section's name can't be empty/],
      [['init', '1', 'ü'.repeat(257), ...shape], /name has 514 bytes, and limits\.sectionNameBytes is 512/],
      [['init', '1', 'A', '--rows', '2000', '--seats-per-row', '1000'], /2000000 seats, and limits\.seatsPerSection/],
      [
        ['init', '1', 'A', ...shape, '--reserved', 'A-1,A-201', 'B-1'],
        /no seats of section A: A-201, B-1; its seats are A-1 to A-200/,
      ],
    ];
    for (const [words, sentence] of mistakes) {
      const { status, stderr } = offline(...words);
      assert.match(stderr, sentence);
      assert.equal(status, 78, stderr);
    }
  });

  it('says that no broker answers and exits 75, as reserve does', async () => {
    const nowhere = ['--set', 'kafka.client.bootstrap.servers=127.0.0.1:1'];
    const verbs = [
      ['init', '1', 'A', ...shape],
      ['reserve', '1', 'A', '2'],
    ].map((words) => new Daemon([...words, ...nowhere]));
    for (const verb of verbs) {
      const { code } = await verb.exited;
      assert.match(verb.text.join('\n'), /^No Kafka broker answers at 127\.0\.0\.1:1: /);
      assert.equal(code, 75);
    }
  });

  it('has examples in its help', () => {
    assert.match(seatmapd(['init', '--help']).stdout, /Examples:\n {2}seatmapd init 1 A --rows 10/);
  });

  describe('on a broker', () => {
    const partitions = 7;
    let broker: Broker;
    let topics: Topics;
    let configuration: Configuration;
    before(async function () {
      broker = await brokerOrSkip(this);
      topics = { ...(await createInputs(broker.bootstrapServers, partitions)), ...nameOutputs() };
      configuration = writeConfiguration(broker.bootstrapServers, topics);
    });
    async function init(...words: string[]): Promise<string> {
      const process = new Daemon(['init', ...words, '-c', configuration.file]);
      const { code } = await process.exited;
      assert.equal(code, 0, process.tail());
      return process.text.join('\n');
    }

    it('writes the command where the Java client would, and says where', async () => {
      const cases = [
        { words: ['1', 'A', ...shape], eventId: 1n, section: 'A', initialReserved: [] },
        {
          words: ['9223372036854775807', 'left-2', ...shape, '--reserved', 'left-2-1,left-2-2', 'left-2-200'],
          ...{ eventId: 9223372036854775807n, section: 'left-2' },
          initialReserved: ['left-2-1', 'left-2-2', 'left-2-200'],
        },
        {
          words: ['9007199254740991', 'A, süd', ...shape, '--reserved', 'A, süd-7'],
          ...{ eventId: 9007199254740991n, section: 'A, süd', initialReserved: ['A, süd-7'] },
        },
      ];
      for (const { words, ...expected } of cases) {
        const said = await init(...words);
        const { eventId, section } = expected;
        const key = Buffer.from(`${eventId}-${section}`);
        const partition = partitionOf(key, partitions);
        const record = (await readTopic(broker.bootstrapServers, topics.init))[partition]?.at(-1);
        assert.ok(record?.value, said);
        assert.deepEqual(record.key, key);
        assert.deepEqual({ ...initCodec.decode(record.value) }, { ...expected, rows: 10, seatsPerRow: 20 });
        assert.equal(
          said,
          `sent: section ${section} of event ${eventId}, 10 × 20 seats, to ${topics.init} partition ${partition} offset ${record.offset}`,
        );
      }
    });

    it('names a missing topic and exits 78', async () => {
      const { init: missing } = nameInputs();
      const process = new Daemon([
        'init',
        '1',
        'A',
        ...shape,
        '-c',
        configuration.file,
        '--set',
        `topics.init=${missing}`,
      ]);
      const { code } = await process.exited;
      assert.equal(code, 78);
      assert.ok(process.text.join('\n').includes(`${missing}; \`seatmapd topics create\``), process.tail());
    });
  });
});
