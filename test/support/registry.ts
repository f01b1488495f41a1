import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { JavaProcess } from './java-process.js';
import { hasProgram, missingPrograms, projectRoot } from './kafka-jars.js';
import { freePorts } from './ports.js';
import { removeFolder, temporaryFolder } from './temporary.js';

const run = promisify(execFile);
const version = '3.0.9';
const runner = `apicurio-registry-app-${version}-runner.jar`;
const bootTimeoutMs = 60_000;
const content = { 'content-type': 'application/vnd.schemaregistry.v1+json' };

const folder = join(projectRoot, '.cache', `apicurio-registry-${version}`);
const isResolved = (): boolean => existsSync(join(folder, runner));

/** The application's folder: resolved by Maven once, unpacked to `.cache/`. */
async function application(): Promise<string> {
  if (isResolved()) return folder;
  const partial = `${folder}.${process.pid}`;
  mkdirSync(join(partial, 'unpacked'), { recursive: true });
  const artifact = `io.apicurio:apicurio-registry-app:${version}:tar.gz:all`;
  await run('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${partial}`]);
  await run('tar', [
    'xzf',
    join(partial, `apicurio-registry-app-${version}-all.tar.gz`),
    '-C',
    join(partial, 'unpacked'),
  ]);
  renameSync(join(partial, 'unpacked'), folder);
  removeFolder(partial);
  return folder;
}

/** A real Apicurio Registry with the API of Confluent's, its schemas in a file, where it can be started again after a kill. */
export class Registry {
  private readonly java: JavaProcess;

  private constructor(
    private readonly application: string,
    private readonly port: number,
    private readonly folder: string,
  ) {
    this.java = new JavaProcess(join(folder, 'registry.log'));
  }

  /** Resolves when it answers (3–4 s). It ends with this process at the latest. */
  static async start(): Promise<Registry> {
    const [port] = (await freePorts(1)) as [number];
    const registry = new Registry(await application(), port, temporaryFolder('registry'));
    await registry.start();
    return registry;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/apis/ccompat/v7`;
  }

  /** Starts it, again as well, unless it runs. */
  async start(): Promise<void> {
    if (this.java.running !== undefined) return;
    const properties = {
      'quarkus.http.host': '127.0.0.1',
      'quarkus.http.port': String(this.port),
      'apicurio.datasource.url': `jdbc:h2:file:${join(this.folder, 'schemas')}`,
      'quarkus.log.level': 'WARN',
    };
    const flags = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
    const named = Object.entries(properties).map(([name, value]) => `-D${name}=${value}`);
    this.java.start([...flags, ...named, '-jar', join(this.application, runner)]);
    await this.answers();
  }

  kill(): Promise<void> {
    return this.java.end('SIGKILL', bootTimeoutMs);
  }

  /** For all subjects. */
  async setCompatibility(compatibility: string): Promise<void> {
    await this.ask('/config', { method: 'PUT', headers: content, body: JSON.stringify({ compatibility }) });
  }

  /** NONE for one subject. By Confluent's API Apicurio would remove the subject's rule, and that for all would count. */
  async allowEverything(subject: string): Promise<void> {
    const url = new URL(`/apis/registry/v3/groups/default/artifacts/${subject}/rules`, this.url);
    const body = JSON.stringify({ ruleType: 'COMPATIBILITY', config: 'NONE' });
    const { ok } = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    if (!ok) throw new Error(`${subject} keeps its compatibility`);
  }

  /** @returns the schema's id */
  async register(subject: string, schema: object): Promise<number> {
    const body = JSON.stringify({ schema: JSON.stringify(schema) });
    const { id } = await this.ask(`/subjects/${subject}/versions`, { method: 'POST', headers: content, body });
    return id as number;
  }

  /** The ids of a subject's versions, in their order. */
  async versions(subject: string): Promise<number[]> {
    const versions = (await this.ask(`/subjects/${subject}/versions`, {})) as unknown as number[];
    const all = await Promise.all(versions.map((one) => this.ask(`/subjects/${subject}/versions/${one}`, {})));
    return all.map(({ id }) => id as number);
  }

  private async ask(path: string, request: RequestInit): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.url}${path}`, request);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text) as Record<string, unknown>;
  }

  private async answers(): Promise<void> {
    const deadlineMs = Date.now() + bootTimeoutMs;
    for (;;) {
      const response = await fetch(`${this.url}/subjects`).catch(() => undefined);
      await response?.text();
      if (response?.ok) return;
      if (this.java.running === undefined || Date.now() > deadlineMs)
        throw new Error(`the registry did not boot:\n${this.java.log()}`);
      await sleep(50);
    }
  }
}

let shared: Promise<Registry> | undefined;

const canStart = async (): Promise<boolean> =>
  (await missingPrograms()).length === 0 && (isResolved() || (await hasProgram('mvn')));

/** The one registry of this mocha process, for a `before` hook, whose tests are skipped where none can be started. */
export async function registryOrSkip(context: Mocha.Context): Promise<Registry> {
  if (!(await canStart())) {
    process.stdout.write('Skipped: tests on a real schema registry, for want of java or mvn.\n');
    context.skip();
  }
  shared ??= Registry.start();
  return shared;
}

/** For the run's set-up: Maven resolves it once, in one process. */
export async function resolveRegistry(): Promise<void> {
  if (await canStart()) await application();
}
