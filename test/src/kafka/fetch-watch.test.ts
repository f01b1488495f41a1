import assert from 'node:assert/strict';
import type { FatalError } from '../../../src/errors.js';
import { FetchWatch } from '../../../src/kafka/fetch-watch.js';

type Partition = { fetch_state: string; desired: boolean };

const statistics = (topics: Record<string, Record<string, Partition>>): string =>
  JSON.stringify({
    name: 'rdkafka#consumer-1',
    topics: Object.fromEntries(Object.entries(topics).map(([topic, partitions]) => [topic, { topic, partitions }])),
  });
const state = (fetch_state: string, desired = true): Partition => ({ fetch_state, desired });

describe('the watch of the fetching', () => {
  let errors: FatalError[];
  let watch: FetchWatch;
  beforeEach(() => {
    errors = [];
    watch = new FetchWatch(['init', 'requests'], (error) => errors.push(error));
  });
  const see = (...states: Partition[]): void => {
    for (const one of states) watch.observe(statistics({ init: { 0: state('active') }, requests: { 3: one } }));
  };

  it('ends the process (75), naming the partition, when an assigned one is in state none twice', () => {
    see(state('none'));
    assert.equal(errors.length, 0);
    see(state('none'));
    assert.equal(errors[0]?.exitCode, 75);
    assert.match(errors[0].message, /requests-3/);
  });

  it('is not alarmed by a state that passes', () => {
    see(state('none'), state('active'), state('none'), state('offset-query'), state('none'));
    assert.equal(errors.length, 0);
  });

  it('begins anew with an assignment', () => {
    see(state('none'));
    watch.reset();
    see(state('none'));
    assert.equal(errors.length, 0);
  });

  it('looks at assigned partitions of the inputs only', () => {
    for (let times = 0; times < 3; times += 1) {
      see(state('none', false));
      watch.observe(statistics({ other: { 0: state('none') }, init: { '-1': state('none') } }));
      watch.observe(JSON.stringify({ name: 'without topics' }));
    }
    assert.equal(errors.length, 0);
  });
});
