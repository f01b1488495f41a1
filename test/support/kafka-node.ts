import { type ChildProcess, execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Kafka from 'node-rdkafka';
import { JavaProcess } from './java-process.js';
import { kafkaClasspath, kafkaFolder } from './kafka-jars.js';
import { dataDirectoryIn, type NodeLayout, serverProperties } from './kafka-properties.js';
import { scramArguments } from './secured-listener.js';
import { removeFolder } from './temporary.js';

const bootTimeoutMs = 60_000;
const stopTimeoutMs = 15_000;
/** A short-lived Java process is over before the better compiler has paid. */
const quickStart = '-XX:TieredStopAtLevel=1';

/** The JVM's flags: its heap, how eagerly it compiles. */
export const jvm = {
  /** For a load of any size. */
  large: (heap: string) => ['-Xms512m', `-Xmx${heap}`],
  /** Several of them fit a small machine. */
  small: ['-Xms128m', '-Xmx384m', '-XX:+UseSerialGC', quickStart],
};

/** Runs one of Kafka's own command-line tools to its end; resolves with what it wrote to stdout. */
export async function runTool(name: string, args: readonly string[]): Promise<string> {
  const command = [quickStart, '-XX:+UseSerialGC', '-cp', await kafkaClasspath(), name, ...args];
  const { stdout } = await promisify(execFile)('java', command);
  return stdout;
}

/** One process of Apache Kafka, broker and controller, on ports and in a folder of its own, where it can be started again. */
export class KafkaNode {
  private readonly java: JavaProcess;

  private constructor(
    private readonly layout: NodeLayout,
    private readonly flags: readonly string[],
    private readonly classpath: string,
  ) {
    this.java = new JavaProcess(join(layout.folder, 'broker.log'));
  }

  /** Formats the storage; nothing runs yet. */
  static async create(layout: NodeLayout, clusterId: string, flags: readonly string[]): Promise<KafkaNode> {
    const node = new KafkaNode(layout, flags, await kafkaClasspath());
    writeFileSync(node.configuration, serverProperties(layout));
    const users = layout.secured === undefined ? [] : scramArguments(layout.secured);
    await runTool('kafka.tools.StorageTool', [
      'format',
      `--cluster-id=${clusterId}`,
      '-c',
      node.configuration,
      ...users,
    ]);
    return node;
  }

  get id(): number {
    return this.layout.nodeId;
  }

  get bootstrapServers(): string {
    return `127.0.0.1:${this.layout.port}`;
  }

  get dataDirectory(): string {
    return dataDirectoryIn(this.layout.folder);
  }

  get pid(): number {
    return this.running.pid as number;
  }

  /** What it logged at WARN and above. */
  log(): string {
    return this.java.log();
  }

  /** Starts it, again as well, and resolves when it answers (3–4 s). It ends with this process at the latest. */
  async start(): Promise<void> {
    if (this.java.running !== undefined) throw new Error(`node ${this.id} is running`);
    const log4j = `-Dlog4j2.configurationFile=${join(kafkaFolder, 'log4j2.properties')}`;
    this.java.start([...this.flags, log4j, '-cp', this.classpath, 'kafka.Kafka', this.configuration]);
    await this.answers();
  }

  /** Shuts it down in order. */
  stop(): Promise<void> {
    return this.java.end('SIGTERM', stopTimeoutMs);
  }

  kill(): Promise<void> {
    return this.java.end('SIGKILL', stopTimeoutMs);
  }

  /** Stops its threads where they are, as SIGSTOP does, until `continue`. */
  suspend(): void {
    this.running.kill('SIGSTOP');
  }

  continue(): void {
    this.running.kill('SIGCONT');
  }

  removeFolder(): void {
    removeFolder(this.layout.folder);
  }

  private get configuration(): string {
    return join(this.layout.folder, 'server.properties');
  }

  private get running(): ChildProcess {
    const { running } = this.java;
    if (running === undefined) throw new Error(`node ${this.id} is not running`);
    return running;
  }

  /** Resolves at the broker's first metadata; librdkafka goes on connecting until then. */
  private async answers(): Promise<void> {
    const client = new Kafka.Producer({ 'bootstrap.servers': this.bootstrapServers, log_level: 0 });
    const died = this.java.exited.then(() => {
      throw new Error(`Kafka ended while it booted:\n${this.log()}`);
    });
    const connected = new Promise<void>((resolve, reject) => {
      client.connect({ timeout: bootTimeoutMs }, (error) =>
        error ? reject(new Error(`Kafka did not answer within ${bootTimeoutMs} ms:\n${this.log()}`)) : resolve(),
      );
    });
    died.catch(() => undefined);
    await Promise.race([connected, died]);
    await new Promise((resolve) => client.disconnect(resolve));
  }
}
