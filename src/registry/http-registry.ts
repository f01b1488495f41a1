import type { Config } from '../config/schema.js';
import { messageOf } from '../errors.js';
import { type RegisteredSchema, type RegistryPreview, RegistryRefusal, RegistryUnavailable } from './registry.js';

/** Answers that tell of the moment, not of what was asked: request timeout, too many requests, too early. */
const PASSING_STATUSES: readonly number[] = [408, 425, 429];
const SUBJECT_NOT_FOUND = 40401;
const VERSION_NOT_FOUND = 40402;
const SCHEMA_NOT_FOUND = 40403;
/** The largest answer that is read. */
const LONGEST_CHARACTERS = 4 * 1_048_576;
/** The longest schema that values are read with: its reader costs a multiple of it in memory. */
const LONGEST_SCHEMA_CHARACTERS = 262_144;

type Settings = Omit<Config['avro']['registry'], 'autoRegister'>;
type Answer = Readonly<Record<string, unknown>>;

/** A registry that speaks the API of Confluent's Schema Registry, version 7: Confluent's own, Apicurio's, Karapace. */
export class HttpRegistry implements RegistryPreview {
  private readonly base: string;
  private readonly headers: Readonly<Record<string, string>>;

  constructor(
    private readonly settings: Settings,
    /** Ends what is under way. */
    private readonly signal?: AbortSignal,
  ) {
    const { url, username, password, token } = settings;
    this.base = url.replace(/\/+$/, '');
    const authorization =
      token !== ''
        ? { authorization: `Bearer ${token}` }
        : username !== ''
          ? { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }
          : {};
    this.headers = { accept: 'application/vnd.schemaregistry.v1+json, application/json', ...authorization };
  }

  async register(subject: string, schema: string): Promise<number> {
    return idIn(await this.post(`/subjects/${encodeURIComponent(subject)}/versions`, { schema }));
  }

  async find(subject: string, schema: string): Promise<number | undefined> {
    const path = `/subjects/${encodeURIComponent(subject)}`;
    const answer = await unlessNotFound(this.post(path, { schema }), [SUBJECT_NOT_FOUND, SCHEMA_NOT_FOUND]);
    return answer && idIn(answer);
  }

  async latest(subject: string): Promise<{ readonly id: number; readonly text: string } | undefined> {
    const path = `/subjects/${encodeURIComponent(subject)}/versions/latest`;
    const answer = await unlessNotFound(this.get(path), [SUBJECT_NOT_FOUND, VERSION_NOT_FOUND]);
    return answer && { id: idIn(answer), text: textIn(answer) };
  }

  async isCompatible(subject: string, schema: string): Promise<boolean> {
    const path = `/compatibility/subjects/${encodeURIComponent(subject)}/versions`;
    const answer = await unlessNotFound(this.post(path, { schema }), [SUBJECT_NOT_FOUND, VERSION_NOT_FOUND]);
    if (answer === undefined) return true;
    if (typeof answer.is_compatible === 'boolean') return answer.is_compatible;
    throw new RegistryUnavailable(`${path} was answered without is_compatible`);
  }

  async mode(subject: string): Promise<string | undefined> {
    try {
      const { mode } = await this.get(`/mode/${encodeURIComponent(subject)}?defaultToGlobal=true`);
      return typeof mode === 'string' ? mode : undefined;
    } catch (error) {
      // Not every registry with this API has modes, and not everyone may ask.
      if (error instanceof RegistryRefusal || error instanceof RegistryUnavailable) return undefined;
      throw error;
    }
  }

  async schema(id: number): Promise<RegisteredSchema> {
    const answer = await unlessNotFound(this.get(`/schemas/ids/${id}`), [SCHEMA_NOT_FOUND]);
    if (answer === undefined) return { code: 'unknownSchema', reason: `the registry has no schema with the id ${id}` };
    const unusable = (reason: string): RegisteredSchema => ({ code: 'incompatibleSchema', reason });
    const { schemaType = 'AVRO', references } = answer;
    if (schemaType !== 'AVRO') return unusable(`schema ${id} is of type ${String(schemaType)}`);
    if (Array.isArray(references) && references.length > 0) return unusable(`schema ${id} refers to other schemas`);
    const text = textIn(answer);
    return text.length > LONGEST_SCHEMA_CHARACTERS ? unusable(`schema ${id} is longer than is read`) : { text };
  }

  private get(path: string): Promise<Answer> {
    return this.ask(path, {});
  }

  private post(path: string, body: object): Promise<Answer> {
    const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
    return this.ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  private async ask(path: string, request: { headers?: object; method?: string; body?: string }): Promise<Answer> {
    const { status, text } = await this.answerTo(path, request);
    const answer = parsed(text);
    const said = typeof answer?.message === 'string' ? answer.message : text.slice(0, 200);
    const what = `${path} was answered with ${status}${said === '' ? '' : ` (${said})`}`;
    if (status >= 500 || PASSING_STATUSES.includes(status)) throw new RegistryUnavailable(what);
    const errorCode = typeof answer?.error_code === 'number' ? answer.error_code : 0;
    // A proxy before a registry that is being replaced says 404 as well, but not in the registry's words.
    if (status === 404 && errorCode === 0) throw new RegistryUnavailable(`${what}, not by a schema registry`);
    if (status >= 300) throw new RegistryRefusal(what, status, errorCode);
    if (answer === undefined) throw new RegistryUnavailable(`${what}, which is no JSON object`);
    return answer;
  }

  private async answerTo(
    path: string,
    { headers = {}, ...request }: { headers?: object; method?: string; body?: string },
  ): Promise<{ status: number; text: string }> {
    const timeout = AbortSignal.timeout(this.settings.timeoutMs);
    const signal = this.signal === undefined ? timeout : AbortSignal.any([timeout, this.signal]);
    try {
      const response = await fetch(`${this.base}${path}`, {
        ...request,
        headers: { ...this.headers, ...headers },
        // A redirect would take the password elsewhere.
        redirect: 'error',
        signal,
      });
      return { status: response.status, text: await textOf(response) };
    } catch (error) {
      if (error instanceof RegistryUnavailable) throw error;
      const reason = timeout.aborted ? `no answer within ${this.settings.timeoutMs} ms` : causeOf(error);
      throw new RegistryUnavailable(`${path}: ${reason}`, { cause: error });
    }
  }
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > LONGEST_CHARACTERS) throw new RegistryUnavailable('the answer is longer than is read');
  }
  return text;
}

/** fetch says "fetch failed"; why is in its cause. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause === undefined) return messageOf(error);
  const { code } = cause as { code?: unknown };
  return messageOf(cause) || String(code);
}

function parsed(text: string): Answer | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' && answer !== null && !Array.isArray(answer) ? (answer as Answer) : undefined;
  } catch {
    return undefined;
  }
}

async function unlessNotFound(answer: Promise<Answer>, codes: readonly number[]): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RegistryRefusal && codes.includes(error.errorCode)) return undefined;
    throw error;
  }
}

function idIn({ id }: Answer): number {
  if (Number.isInteger(id)) return id as number;
  throw new RegistryUnavailable('an answer of the registry has no id');
}

function textIn({ schema }: Answer): string {
  if (typeof schema === 'string') return schema;
  throw new RegistryUnavailable('an answer of the registry has no schema');
}
