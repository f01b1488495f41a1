import { join } from 'node:path';
import { compile } from '../../workers/avro.js';
import { Transcoder } from '../../workers/transcoder.js';
import type { Config } from '../config/schema.js';
import { messageOf, needsPerson } from '../errors.js';
import { keptSchemas } from '../registry/kept-schemas.js';
import { idOf, missing, type OwnSchema, ownSchemas, refused, type SchemaUse } from '../registry/own-schemas.js';
import { type RegistryPreview, RegistryRefusal, RegistryUnavailable } from '../registry/registry.js';
import { SchemaFile } from '../registry/schema-file.js';
import { type Finding, failed, hindrance, ok, warning } from './finding.js';

type Settings = Config['avro']['registry'];

const uses: readonly SchemaUse[] = ['init', 'requests', 'results', 'status'];

/** HTTP's, for a schema that is not compatible with those before it. */
const CONFLICT = 409;

/** The mode in which a subject takes further schemas. */
const WRITABLE = 'READWRITE';

/** The schema registry: whether it answers, and for each topic's subject what a start would come to. Nothing is registered. */
export async function registryFindings(config: Config, registry: RegistryPreview): Promise<Finding[]> {
  const settings = config.avro.registry;
  const own = ownSchemas(config);
  const findings: Finding[] = [];
  try {
    for (const use of uses) findings.push(await subjectFinding(registry, own[use], settings));
  } catch (error) {
    if (!(error instanceof RegistryUnavailable)) throw error;
    return [awayFinding(config, error), ...findings];
  }
  return [ok(`schema registry ${settings.url}`, 'answers'), ...findings];
}

function awayFinding(config: Config, error: RegistryUnavailable): Finding {
  const { url } = config.avro.registry;
  const subject = `schema registry ${url}`;
  const away = `gives no answer that counts (${messageOf(error)})`;
  const file = new SchemaFile(join(config.state.directory, config.application), url);
  if (keptSchemas(file, ownSchemas(config)) !== undefined)
    return warning(subject, `${away}: a start would use what it said before, kept beside the state; have it back soon`);
  return hindrance(subject, `${away}: start it, or mend avro.registry.url, then try again`);
}

/** @throws RegistryUnavailable */
async function subjectFinding(registry: RegistryPreview, own: OwnSchema, settings: Settings): Promise<Finding> {
  const subject = `subject ${own.subject}`;
  const isInput = own.use === 'init' || own.use === 'requests';
  try {
    const found = settings.autoRegister
      ? await registered(registry, own)
      : await lookedUp(registry, own, isInput, settings.url);
    const doubt = isInput ? await unreadable(registry, own) : undefined;
    return doubt === undefined ? ok(subject, found) : warning(subject, doubt);
  } catch (error) {
    if (error instanceof RegistryUnavailable) throw error;
    return failed(subject, error instanceof RegistryRefusal ? refused(settings.url, own, error) : error);
  }
}

/** What a start with autoRegister finds, or adds. @throws RegistryRefusal, FatalError (78) */
async function registered(registry: RegistryPreview, { subject, name, text }: OwnSchema): Promise<string> {
  const id = await registry.find(subject, text);
  if (id !== undefined) return `has ${name}, with the id ${id}`;
  const latest = await registry.latest(subject);
  if (latest !== undefined && !(await registry.isCompatible(subject, text)))
    throw new RegistryRefusal(`its latest schema has the id ${latest.id}`, CONFLICT, CONFLICT);
  const mode = await registry.mode(subject);
  if (mode !== undefined && mode !== WRITABLE)
    throw needsPerson(
      `a start would register ${name} there, and the registry's mode is ${mode}: set ${WRITABLE}, or register schemas/${name}.avsc and turn avro.registry.autoRegister off`,
    );
  const present =
    latest === undefined ? 'is not there yet' : `has the id ${latest.id} last, which ${name} is compatible with`;
  return `${present}; a start registers ${name}, if the registry lets this client`;
}

/** What a start without autoRegister finds. @throws RegistryRefusal, FatalError (78) where it needs more */
async function lookedUp(registry: RegistryPreview, own: OwnSchema, isInput: boolean, url: string): Promise<string> {
  const id = await idOf(registry, own, false);
  if (id !== undefined) return `has ${own.name}, with the id ${id}`;
  if (!isInput) throw missing(url, own);
  return `has no schema that makes the bytes of ${own.name}; whoever writes the topic registers one`;
}

/** Why records of an input's latest schema would be dead letters. */
async function unreadable(registry: RegistryPreview, { subject, name }: OwnSchema): Promise<string | undefined> {
  const latest = await registry.latest(subject);
  if (latest === undefined) return undefined;
  try {
    new Transcoder(compile(name), latest.text);
    return undefined;
  } catch (error) {
    return `records of its latest schema, id ${latest.id}, can't be read as ${name} and go to the dead letters (${messageOf(error)}): give it defaults for what it lacks`;
  }
}
