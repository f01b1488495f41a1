import assert from 'node:assert/strict';
import { Operator } from '../../../src/control/operator.js';
import type { ControlRequest } from '../../../src/control/protocol.js';
import type { Snapshot } from '../../../src/control/snapshot.js';
import { needsPerson } from '../../../src/errors.js';
import { addRequest, loadedDaemon, processed } from '../../support/fakes/loaded-daemon.js';
import { MemoryLog } from '../../support/fakes/log.js';

/** An operator of a daemon in memory, whose topics are looked at by a function of the test's. */
function operated(topics: { refresh?: () => Promise<void>; verify?: () => Promise<void> } = {}) {
  const daemon = loadedDaemon();
  const looked: string[] = [];
  const look = (how: 'refresh' | 'verify') => async (): Promise<void> => {
    looked.push(how);
    await topics[how]?.();
  };
  const memory = new MemoryLog();
  const log = Object.assign(memory, { level: 'info', lastProblem: undefined });
  const operator = new Operator({
    ...{ pipeline: daemon.pipeline, log, snapshot: async () => ({}) as Snapshot },
    topics: { refresh: look('refresh'), verify: look('verify') },
  });
  const ask = (verb: 'pause' | 'resume' | 'republish') => operator.carryOut({ verb } as ControlRequest);
  return { daemon, log, looked, operator, ask };
}

describe('the operator', () => {
  it('pauses, republishes and resumes, and looks at the topics while nothing is in flight', async () => {
    const { daemon, log, looked, ask } = operated();
    daemon.start(0, 1);
    await processed(daemon, 1);
    assert.deepEqual(await ask('pause'), { wasPaused: false });
    assert.deepEqual(await ask('pause'), { wasPaused: true });
    addRequest(daemon, 0, 12);
    assert.deepEqual(await ask('republish'), { partitions: 2, sections: 2, omitted: 0, revoked: 0 });
    assert.deepEqual(await ask('resume'), { wasPaused: true });
    assert.deepEqual(await ask('resume'), { wasPaused: false });
    await daemon.caughtUp(0, 1);
    assert.deepEqual(await ask('republish'), { partitions: 2, sections: 2, omitted: 0, revoked: 0 });
    assert.deepEqual(looked, ['refresh', 'refresh', 'verify']);
    assert.deepEqual(
      log.entries.map(({ event }) => event),
      ['paused', 'republished', 'resumed', 'republished'],
    );
    await daemon.stop();
  });

  it('stays paused when something is wrong with the topics, and says what', async () => {
    let problem: Error | undefined = needsPerson('section-status does not exist');
    const { daemon, ask } = operated({ refresh: () => (problem ? Promise.reject(problem) : Promise.resolve()) });
    daemon.start(0, 1);
    await ask('pause');
    for (const verb of ['resume', 'republish'] as const)
      await assert.rejects(ask(verb), { exitCode: 78, message: 'section-status does not exist' });
    assert.equal(daemon.pipeline.view.pause, 'reached');
    problem = undefined;
    await ask('resume');
    await daemon.caughtUp(0, 1);
    await daemon.stop();
  });

  it('does one republication or resume at a time', async () => {
    let goOn = (): void => undefined;
    const { daemon, ask } = operated({ verify: () => new Promise((resolve) => (goOn = resolve)) });
    daemon.start(0, 1);
    await daemon.caughtUp(0, 1);
    const first = ask('republish');
    await assert.rejects(ask('republish'), { exitCode: 75, message: /a republish is under way/ });
    goOn();
    await first;
    await daemon.stop();
  });

  it('does not pause what is about to go on', async () => {
    let goOn = (): void => undefined;
    const { daemon, ask } = operated({
      refresh: () =>
        new Promise((resolve) => {
          goOn = resolve;
        }),
    });
    daemon.start(0, 1);
    await ask('pause');
    const resumed = ask('resume');
    await assert.rejects(ask('pause'), { exitCode: 75, message: /a resume is under way/ });
    goOn();
    await resumed;
    await daemon.caughtUp(0, 1);
    await daemon.stop();
  });

  it('sets the level of the log', async () => {
    const { log, operator } = operated();
    assert.deepEqual(await operator.carryOut({ verb: 'logLevel', level: 'debug' }), {
      level: 'debug',
      previous: 'info',
    });
    assert.equal(log.level, 'debug');
  });
});
