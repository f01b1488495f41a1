import assert from 'node:assert/strict';
import type { FatalError } from '../../../src/errors.js';
import type { Statistics } from '../../../src/kafka/client-statistics.js';
import { FetchWatch } from '../../../src/kafka/fetch-watch.js';

type Partition = { fetch_state: string; unknown: boolean };

const statistics = (topics: Record<string, Record<string, Partition>>): Pick<Statistics, 'topics'> => ({
  topics: Object.fromEntries(Object.entries(topics).map(([topic, partitions]) => [topic, { partitions }])),
});
const state = (fetch_state: string): Partition => ({ fetch_state, unknown: false });
const unknown: Partition = { fetch_state: 'active', unknown: true };
const assigned = [
  { topic: 'init', partition: 0 },
  { topic: 'requests', partition: 3 },
];

describe('the watch of the fetching', () => {
  let errors: FatalError[];
  let watch: FetchWatch;
  beforeEach(() => {
    errors = [];
    watch = new FetchWatch((error) => errors.push(error));
    watch.begin(assigned);
  });
  const see = (...states: (string | Partition)[]): void => {
    for (const one of states) {
      const seen = typeof one === 'string' ? state(one) : one;
      watch.observe(statistics({ init: { 0: state('active') }, requests: { 3: seen, '-1': state('none') } }));
    }
  };

  it('ends the process (75), naming the partition, when an assigned one is in state none twice', () => {
    see('none');
    assert.equal(errors.length, 0);
    see('none');
    assert.equal(errors[0]?.exitCode, 75);
    assert.match(errors[0].message, /requests-3/);
  });

  it('ends the process (75), naming the partition, when the cluster does not know an assigned one twice', () => {
    see(unknown, unknown);
    assert.equal(errors[0]?.exitCode, 75);
    assert.match(errors[0].message, /requests-3 .*the topic was deleted/);
  });

  it('is not alarmed by a state that passes', () => {
    see('none', 'active', 'none', 'offset-query', 'none');
    see('active', unknown, 'active', unknown, 'active');
    assert.equal(errors.length, 0);
  });

  it('is not alarmed by partitions that are not assigned yet: a restore may wait for their offsets for long', () => {
    watch.end(assigned);
    see('none', 'none', 'none');
    watch.begin(assigned.slice(0, 1));
    see('none', 'none');
    assert.equal(errors.length, 0);
  });

  it('begins anew with an assignment', () => {
    see('none');
    watch.end(assigned);
    watch.begin(assigned);
    see('none');
    assert.equal(errors.length, 0);
  });

  it('takes statistics without any topics', () => {
    watch.observe({});
    assert.equal(errors.length, 0);
  });
});
