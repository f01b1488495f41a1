import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** A temporary folder with the demo's configuration and the daemon's state. */
export class Workplace {
  readonly configurationFile: string;
  private readonly folder = mkdtempSync(join(tmpdir(), 'seatmapd-demo-'));

  constructor(bootstrapServers: string) {
    this.configurationFile = join(this.folder, 'seatmapd.yaml');
    const configuration = {
      application: 'seatmapd-demo',
      instance: 'demo',
      kafka: {
        client: { 'bootstrap.servers': bootstrapServers },
        // A mock cluster lets an empty fetch wait out its time, whatever is produced meanwhile.
        consumer: { 'fetch.wait.max.ms': 5 },
      },
      guarantee: 'exactly_once',
      state: { directory: join(this.folder, 'state') },
    };
    writeFileSync(this.configurationFile, stringify(configuration));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}
