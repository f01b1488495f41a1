import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Reply = { readonly status: number; readonly body: string };
/** What is answered in place of the usual; `hang` is no answer at all. */
export type Fault = (method: string, path: string) => Reply | 'hang' | 'drop' | undefined;

/** The part of a schema registry that is asked here, over HTTP, in memory, with faults of the test's choice. */
export class FakeRegistry {
  readonly schemas = new Map<number, { readonly text: string; readonly more?: object }>();
  readonly subjects = new Map<string, number[]>();
  /** Subjects that take nothing but what they have. */
  readonly closed = new Set<string>();
  mode = 'READWRITE';
  readonly asked: string[] = [];
  readonly authorizations = new Set<string | undefined>();
  url = '';
  fault: Fault = () => undefined;
  private nextId = 1;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  static async start(): Promise<FakeRegistry> {
    const registry = new FakeRegistry();
    await new Promise<void>((resolve) => registry.server.listen(0, '127.0.0.1', resolve));
    registry.url = `http://127.0.0.1:${(registry.server.address() as AddressInfo).port}/v7/`;
    return registry;
  }

  /** Registers a schema; its text is its own, whatever there was before. */
  add(subject: string, schema: object, more?: object): number {
    const text = JSON.stringify(schema);
    const known = [...this.schemas].find(([, one]) => one.text === text)?.[0];
    const id = known ?? this.nextId++;
    this.schemas.set(id, { text, ...(more === undefined ? {} : { more }) });
    this.subjects.set(subject, [...(this.subjects.get(subject) ?? []).filter((one) => one !== id), id]);
    return id;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const path = url.replace(/^\/v7/, '');
    this.asked.push(`${method} ${path}`);
    this.authorizations.add(request.headers.authorization);
    const reply = this.fault(method, path) ?? this.replyTo(method, path, body);
    if (reply === 'hang') return;
    if (reply === 'drop') return void request.socket.destroy();
    response.writeHead(reply.status, { 'content-type': 'application/json', location: '/elsewhere' }).end(reply.body);
  }

  private replyTo(method: string, path: string, body: string): Reply {
    if (path.startsWith('/mode/')) return ok({ mode: this.mode });
    const [, next] = /^\/compatibility\/subjects\/([^/]+)\/versions$/.exec(path) ?? [];
    if (next !== undefined) return ok({ is_compatible: !this.closed.has(decodeURIComponent(next)) });
    const [, subject = '', rest] = /^\/subjects\/([^/]+)(\/.*)?$/.exec(path) ?? [];
    const name = decodeURIComponent(subject);
    const [, id] = /^\/schemas\/ids\/(\d+)$/.exec(path) ?? [];
    if (id !== undefined) return this.schemaReply(Number(id));
    const ids = this.subjects.get(name) ?? [];
    if (method === 'GET' && rest === '/versions/latest') {
      const latest = ids.at(-1);
      if (latest === undefined) return notFound(40401);
      return ok({ subject: name, version: ids.length, id: latest, schema: this.schemas.get(latest)?.text });
    }
    const { schema } = JSON.parse(body) as { schema: string };
    if (rest === '/versions') return ok({ id: this.add(name, JSON.parse(schema) as object) });
    const found = ids.find((one) => this.schemas.get(one)?.text === schema);
    return found === undefined ? notFound(ids.length === 0 ? 40401 : 40403) : ok({ id: found, schema });
  }

  private schemaReply(id: number): Reply {
    const schema = this.schemas.get(id);
    return schema === undefined ? notFound(40403) : ok({ schema: schema.text, ...schema.more });
  }
}

const ok = (body: object): Reply => ({ status: 200, body: JSON.stringify(body) });
export const notFound = (errorCode: number): Reply => ({
  status: 404,
  body: JSON.stringify({ error_code: errorCode, message: 'not found' }),
});
