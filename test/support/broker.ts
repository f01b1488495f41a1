import { randomBytes } from 'node:crypto';
import { missingPrograms } from './kafka-jars.js';
import { jvm, KafkaNode } from './kafka-node.js';
import type { BrokerSettings } from './kafka-properties.js';
import { freePorts } from './ports.js';
import type { SecuredListener } from './secured-listener.js';
import { temporaryFolder } from './temporary.js';

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
  /** Ends it by SIGKILL; its folder is removed when this process exits. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, where it was, and resolves when it answers. */
  start(): Promise<void>;
  /** Stops its threads where they are, as SIGSTOP does, until `continue`. */
  suspend(): void;
  continue(): void;
};

export type BrokerOptions = {
  /** Java's -Xmx of a large broker; without it a small one. */
  readonly heap?: string;
  readonly secured?: SecuredListener;
  readonly settings?: BrokerSettings;
};

export const newClusterId = (): string => randomBytes(16).toString('base64url');

/** Boots Apache Kafka 4.1 and resolves when it answers (3–4 s). It ends with this process at the latest. */
export async function startBroker({ heap, secured, settings }: BrokerOptions = {}): Promise<Broker> {
  const [port, controllerPort] = (await freePorts(2)) as [number, number];
  const voters = `1@127.0.0.1:${controllerPort}`;
  const layout = { nodeId: 1, folder: temporaryFolder('kafka'), port, controllerPort, voters, replication: 1 };
  const flags = heap === undefined ? jvm.small : jvm.large(heap);
  const node = await KafkaNode.create({ ...layout, secured, settings }, newClusterId(), flags);
  await node.start();
  return {
    bootstrapServers: node.bootstrapServers,
    get pid() {
      return node.pid;
    },
    dataDirectory: node.dataDirectory,
    log: () => node.log(),
    stop: async () => {
      await node.stop();
      node.removeFolder();
    },
    kill: () => node.kill(),
    start: () => node.start(),
    suspend: () => node.suspend(),
    continue: () => node.continue(),
  };
}

let shared: Promise<Broker | undefined> | undefined;

/**
 * The one broker of this mocha run, booted at the first call; undefined, said plainly on stdout, where Java or Maven is
 * missing.
 */
export function sharedBroker(): Promise<Broker | undefined> {
  shared ??= (async () => ((await canBoot()) ? startBroker({ heap: '1g' }) : undefined))();
  return shared;
}

/** The shared broker for a `before` hook or a test, which is skipped where there is none. */
export async function brokerOrSkip(context: Mocha.Context): Promise<Broker> {
  const broker = await sharedBroker();
  if (broker === undefined) context.skip();
  return broker;
}

/** Skips a `before` hook's tests where no Kafka can be booted. */
export async function kafkaOrSkip(context: Mocha.Context): Promise<void> {
  if (!(await canBoot())) context.skip();
}

let bootable: Promise<boolean> | undefined;

function canBoot(): Promise<boolean> {
  bootable ??= (async () => {
    const missing = await missingPrograms();
    if (missing.length > 0)
      process.stdout.write(
        `Skipped: every test on a real Apache Kafka, for want of ${missing.join(' and ')}. ` +
          'Install a Java 17 runtime and Maven (Debian: openjdk-17-jre-headless, maven) and run `npm test` again.\n',
      );
    return missing.length === 0;
  })();
  return bootable;
}
