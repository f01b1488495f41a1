import { kafkaClasspath, missingPrograms } from './kafka-jars.js';
import { resolveRegistry } from './registry.js';
import { temporaryFolder } from './temporary.js';

/**
 * Before a run, in the process that no test runs in. What a worker process leaves behind, for it is killed when its exit
 * handlers take longer than a second, lies in a folder that this process removes. And Maven resolves the jars once: two
 * at the same time would get in each other's way.
 */
export async function mochaGlobalSetup(): Promise<void> {
  process.env.TMPDIR = temporaryFolder('tests');
  if ((await missingPrograms()).length === 0) await kafkaClasspath();
  await resolveRegistry();
}
