import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Kafka from 'node-rdkafka';
import { kafkaClasspath, kafkaFolder, missingPrograms } from './kafka-jars.js';
import { atExit, removeFolder, temporaryFolder } from './temporary.js';

const bootTimeoutMs = 60_000;

/** A real Apache Kafka: one node, broker and controller, KRaft, its own ports and folder. */
export type Broker = {
  readonly bootstrapServers: string;
  readonly pid: number;
  /** Where the partitions' folders with their log segments are. */
  readonly dataDirectory: string;
  /** What the broker logged at WARN and above. */
  log(): string;
  /** Shuts it down in order, then removes its folder. */
  stop(): Promise<void>;
  /** Ends it by SIGKILL; its folder is removed when the process exits. */
  kill(): Promise<void>;
};

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', resolve);
      });
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

const dataDirectoryIn = (folder: string): string => join(folder, 'data');

function serverProperties(folder: string, port: number, controllerPort: number): string {
  const properties: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': dataDirectoryIn(folder),
    'auto.create.topics.enable': false,
    'offsets.topic.num.partitions': 8,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 8,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'log.retention.ms': -1,
    'log.retention.bytes': -1,
    // A transaction's marker bears the time of day; after records of a past date it would roll the segment, and a rolled
    // segment may be compacted: the tests read every status there was.
    'log.roll.ms': 50 * 365 * 24 * 3_600_000,
    'log.segment.delete.delay.ms': 1000,
    'log.index.size.max.bytes': 1048576,
    'log.cleaner.dedupe.buffer.size': 16777216,
  };
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

/** Boots Apache Kafka 4.1 and resolves when it answers (3–4 s). It ends with this process at the latest. `heap` is Java's -Xmx. */
export async function startBroker({ heap = '1g' }: { readonly heap?: string } = {}): Promise<Broker> {
  const classpath = await kafkaClasspath();
  const folder = temporaryFolder('kafka');
  const [port, controllerPort] = (await freePorts(2)) as [number, number];
  const configuration = join(folder, 'server.properties');
  writeFileSync(configuration, serverProperties(folder, port, controllerPort));
  const java = [`-Dlog4j2.configurationFile=${join(kafkaFolder, 'log4j2.properties')}`, '-cp', classpath];
  const format = ['kafka.tools.StorageTool', 'format', `--cluster-id=${randomBytes(16).toString('base64url')}`];
  await promisify(execFile)('java', ['-XX:TieredStopAtLevel=1', ...java, ...format, '-c', configuration]);

  const logFile = join(folder, 'broker.log');
  const output = openSync(logFile, 'a');
  // Neither pipes nor a reference: a broker still running never keeps mocha from ending.
  const child = spawn('java', ['-Xms512m', `-Xmx${heap}`, ...java, 'kafka.Kafka', configuration], {
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  child.unref();
  const withdraw = atExit(() => child.kill('SIGKILL'));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const log = () => readFileSync(logFile, 'utf8');
  const bootstrapServers = `127.0.0.1:${port}`;
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    child.ref();
    child.kill(signal);
    const impatience = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await exited;
    clearTimeout(impatience);
    withdraw();
  };
  await answers(bootstrapServers, child, log);
  return {
    bootstrapServers,
    pid: child.pid as number,
    dataDirectory: dataDirectoryIn(folder),
    log,
    stop: async () => {
      await end('SIGTERM');
      removeFolder(folder);
    },
    kill: () => end('SIGKILL'),
  };
}

/** Resolves at the broker's first metadata; librdkafka goes on connecting until then. */
async function answers(bootstrapServers: string, child: ChildProcess, log: () => string): Promise<void> {
  const client = new Kafka.Producer({ 'bootstrap.servers': bootstrapServers, log_level: 0 });
  const died = new Promise<never>((_, reject) =>
    child.once('exit', () => reject(new Error(`Kafka ended while it booted:\n${log()}`))),
  );
  const connected = new Promise<void>((resolve, reject) => {
    client.connect({ timeout: bootTimeoutMs }, (error) =>
      error ? reject(new Error(`Kafka did not answer within ${bootTimeoutMs} ms:\n${log()}`)) : resolve(),
    );
  });
  await Promise.race([connected, died]);
  await new Promise((resolve) => client.disconnect(resolve));
}

let shared: Promise<Broker | undefined> | undefined;

/**
 * The one broker of this mocha run, booted at the first call; undefined, said plainly on stdout, where Java or Maven is
 * missing.
 */
export function sharedBroker(): Promise<Broker | undefined> {
  shared ??= (async () => {
    const missing = await missingPrograms();
    if (missing.length === 0) return startBroker();
    process.stdout.write(
      `Skipped: every test on a real Apache Kafka, for want of ${missing.join(' and ')}. ` +
        'Install a Java 17 runtime and Maven (Debian: openjdk-17-jre-headless, maven) and run `npm test` again.\n',
    );
    return undefined;
  })();
  return shared;
}

/** The shared broker for a `before` hook or a test, which is skipped where there is none. */
export async function brokerOrSkip(context: Mocha.Context): Promise<Broker> {
  const broker = await sharedBroker();
  if (broker === undefined) context.skip();
  return broker;
}
