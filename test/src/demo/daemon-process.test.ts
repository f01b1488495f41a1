import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DaemonProcess } from '../../../src/demo/daemon-process.js';
import type { FatalError } from '../../../src/errors.js';
import { temporaryFolder } from '../../support/temporary.js';

describe('DaemonProcess', () => {
  async function death(configuration: string): Promise<FatalError> {
    const file = join(temporaryFolder('demo'), 'seatmapd.yaml');
    writeFileSync(file, configuration);
    let killed: DaemonProcess | undefined;
    try {
      return await new Promise<FatalError>((resolve) => {
        killed = new DaemonProcess(file, resolve);
      });
    } finally {
      killed?.kill();
    }
  }

  it("tells a death with the daemon's own fatal sentence", async () => {
    const kafka = 'kafka: { client: { bootstrap.servers: "127.0.0.1:1" } }';
    const { exitCode, message } = await death(`${kafka}\nstate: { directory: /dev/null/state }\n`);
    assert.equal(exitCode, 1);
    assert.match(message, /^The daemon ended \(exit code 78\): .*\/dev\/null\/state/);
  });

  it('tells a death before the log opened by what stands on stderr', async () => {
    const { message } = await death('workers: { threads: many }\n');
    assert.match(message, /^The daemon ended \(exit code 78\): .*workers\.threads/s);
  });
});
