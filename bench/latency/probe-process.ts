import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { atExit } from '../../test/support/temporary.js';
import type { ProbeJob, ProbeReport } from './probe-messages.js';

const probeFile = join(import.meta.dirname, 'probe.ts');

export type Probed = Omit<Extract<ProbeReport, { kind: 'measured' }>, 'kind'>;

/** Runs the probe's process. `onMeasuring` is called when its warm-up is over. */
export async function probe(job: ProbeJob, onMeasuring: () => void): Promise<Probed> {
  // The moments of the answers travel as they are, not as text.
  const child = fork(probeFile, { execArgv: ['--import', 'tsx'], serialization: 'advanced' });
  const withdraw = atExit(() => child.kill('SIGKILL'));
  try {
    return await reported(child, job, onMeasuring);
  } finally {
    child.kill('SIGKILL');
    withdraw();
  }
}

const reported = (child: ChildProcess, job: ProbeJob, onMeasuring: () => void): Promise<Probed> =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    // An exit may be told of before the last message is; the channel's end comes behind all of them.
    child.once('exit', (code) => {
      const ended = (): void => reject(new Error(`the probe ended with ${code}`));
      if (child.connected) child.once('disconnect', ended);
      else setImmediate(ended);
    });
    child.on('message', (message: ProbeReport) => {
      if (message.kind === 'measuring') onMeasuring();
      else if (message.kind === 'measured') resolve(message);
      else reject(new Error(`the probe: ${message.message}`));
    });
    child.send(job);
  });
