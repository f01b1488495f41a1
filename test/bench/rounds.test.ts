import assert from 'node:assert/strict';
import { latencyCases, throughputCases } from '../../bench/cases.js';
import { chosen, type Plan } from '../../bench/plan.js';
import { sweepNames } from '../../bench/results.js';
import { runRounds } from '../../bench/rounds.js';
import { sweepCases } from '../../bench/sweeps.js';

const silent = { begin: () => {}, ran: () => {}, median: () => {}, failed: () => {} };

describe('bench: rounds', () => {
  it('interleaves the cases and takes their medians', async () => {
    const order: string[] = [];
    const cases = [{ name: 'a' }, { name: 'b' }];
    const figures: Record<string, number[]> = { a: [10, 30, 20], b: [1, 1, 4] };
    const run = ({ name }: { name: string }) => {
      order.push(name);
      return Promise.resolve({ rate: figures[name]?.shift() as number });
    };
    const { measured, failures } = await runRounds(cases, 3, run, silent);
    assert.equal(order.join(''), 'ababab');
    assert.deepEqual(failures, []);
    assert.deepEqual(
      measured.map(({ of, runs, median }) => [of.name, runs.map(({ rate }) => rate), median.rate]),
      [
        ['a', [10, 30, 20], 20],
        ['b', [1, 1, 4], 1],
      ],
    );
  });

  it('notes a run that failed, counts its figures nowhere and goes on', async () => {
    let runs = 0;
    const run = ({ name }: { name: string }) => {
      runs++;
      return name === 'bad' || runs === 1
        ? Promise.reject(new Error(`wrong ${runs}`))
        : Promise.resolve({ rate: runs });
    };
    const { measured, failures } = await runRounds([{ name: 'good' }, { name: 'bad' }], 2, run, silent);
    assert.deepEqual(
      measured.map(({ of, runs: figures }) => [of.name, figures]),
      [['good', [{ rate: 3 }]]],
    );
    assert.deepEqual(failures, [
      { name: 'good', round: 1, message: 'wrong 1' },
      { name: 'bad', round: 1, message: 'wrong 2' },
      { name: 'bad', round: 2, message: 'wrong 4' },
    ]);
  });
});

describe('bench: cases', () => {
  it('have names of their own', () => {
    const pace = { requestsPerSecond: 5_000, warmUpSeconds: 5, measuredSeconds: 20 };
    for (const cases of [
      throughputCases(1_000),
      latencyCases(pace),
      sweepNames.flatMap((name) => sweepCases(name, 1)),
    ]) {
      const names = cases.map(({ name }) => name);
      assert.equal(new Set(names).size, names.length);
    }
  });

  it('give the slow ones no more than they can do', () => {
    for (const { name, input } of throughputCases(1_000_000)) {
      const isSlow = /-map-|packed-full/.test(name);
      assert.equal(input.requests, isSlow ? 20_000 : 1_000_000, name);
    }
  });

  it('are chosen by name', () => {
    const plan: Plan = { throughput: true, paces: [], sweeps: [], requests: 1, rounds: 1, only: new Set(['limit']) };
    assert.deepEqual(
      chosen(throughputCases(1), plan).map(({ name }) => name),
      ['limit'],
    );
    assert.equal(chosen(throughputCases(1), { ...plan, only: undefined }).length, throughputCases(1).length);
  });
});
