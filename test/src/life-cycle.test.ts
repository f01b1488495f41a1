import assert from 'node:assert/strict';
import { LifeCycle, type LifeCycleState, lifeCycleStates, stateOf, transitions } from '../../src/life-cycle.js';

/** States that are reached from `from` in any number of steps. */
function reachable(from: LifeCycleState): Set<LifeCycleState> {
  const seen = new Set<LifeCycleState>([from]);
  for (const state of seen) for (const next of transitions[state]) seen.add(next);
  return seen;
}

const ending = ['draining', 'stopped', 'failed'];

describe('the life cycle', () => {
  it('has a way from the start to every state, and from every state but the end to stopped and to failed', () => {
    assert.deepEqual([...reachable('starting')].sort(), [...lifeCycleStates].sort());
    for (const state of lifeCycleStates) {
      if (state === 'stopped' || state === 'failed') assert.deepEqual(transitions[state], []);
      else assert.ok(reachable(state).has('stopped') && transitions[state].includes('failed'), state);
    }
  });

  it('allows every step between what the pipeline can be at', () => {
    const conditions = [0, 1].flatMap((partitions) =>
      [true, false].flatMap((isRestoring) =>
        (['none', 'asked', 'reached'] as const).map((pause) => stateOf({ partitions, isRestoring, pause })),
      ),
    );
    for (const from of conditions) {
      for (const to of conditions) {
        // A pause is reached by being asked for, whatever else there is.
        if (from === to || (to === 'paused' && from !== 'pausing')) continue;
        assert.ok(transitions[from].includes(to), `${from} to ${to}`);
      }
    }
    assert.deepEqual([...new Set(conditions)].sort(), ['paused', 'pausing', 'restoring', 'running', 'waiting']);
  });

  it('tells its observers of each transition once, as long as they are subscribed', () => {
    const lifeCycle = new LifeCycle();
    const told: string[] = [];
    const end = lifeCycle.subscribe({ entered: (state, previous) => told.push(`${previous} ${state}`) });
    lifeCycle.enter('waiting');
    lifeCycle.enter('waiting');
    lifeCycle.enter('running');
    end();
    lifeCycle.enter('draining');
    assert.deepEqual(told, ['starting waiting', 'waiting running']);
    assert.equal(lifeCycle.state, 'draining');
  });

  it('refuses what the table does not have, and says which states', () => {
    const lifeCycle = new LifeCycle();
    assert.throws(() => lifeCycle.enter('paused'), { exitCode: 70, message: /from starting to paused/ });
    lifeCycle.enter('draining');
    assert.throws(() => lifeCycle.enter('running'), { exitCode: 70, message: /from draining to running/ });
  });

  it('ends by an error from any state, and nothing counts after it', () => {
    for (const state of lifeCycleStates.filter((one) => !ending.includes(one) && one !== 'paused')) {
      const lifeCycle = new LifeCycle();
      if (state !== 'starting') lifeCycle.enter('waiting');
      lifeCycle.enter(state);
      lifeCycle.fail();
      lifeCycle.enter('running');
      assert.equal(lifeCycle.state, 'failed');
    }
  });

  it('keeps a reload between two calls of the observers, also one that fails', async () => {
    const lifeCycle = new LifeCycle();
    const told: string[] = [];
    lifeCycle.subscribe({ reloading: () => told.push('reloading'), reloaded: () => told.push('reloaded') });
    await lifeCycle.reload(async () => void told.push('work'));
    await assert.rejects(lifeCycle.reload(() => Promise.reject(new Error('no'))));
    assert.deepEqual(told, ['reloading', 'work', 'reloaded', 'reloading', 'reloaded']);
  });
});
