import { z } from 'zod';
import { whole } from './fields.js';

/** Why a registry's URL is refused, or undefined: empty is none. */
function urlMistake(text: string): string | undefined {
  if (text === '') return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) return 'expected an http:// or https:// URL';
  if (url.username !== '' || url.password !== '')
    return 'credentials go to avro.registry.username and password, where they are kept secret';
  return url.search === '' && url.hash === '' ? undefined : 'expected a URL without ? and #';
}

/** The section `avro`. */
export const avro = z
  .strictObject({
    framing: z
      .enum(['none', 'confluent'])
      .default('none')
      .describe(
        "none: bare Avro binary. confluent: each value begins with the header of a schema registry, a zero byte and the writer's schema id; values of another schema than ours are read by Avro's rules of schema resolution.",
      ),
    registry: z
      .strictObject({
        url: z
          .string()
          .superRefine((text, context) => {
            const message = urlMistake(text);
            if (message !== undefined) context.addIssue({ code: 'custom', message, input: text });
          })
          .default('')
          .describe(
            'Where the API of Confluent\'s Schema Registry begins; of Apicurio "http://host:8080/apis/ccompat/v7". Needed by confluent.',
          ),
        autoRegister: z
          .boolean()
          .default(true)
          .describe(
            'true: our schemas are registered at the start, as `<topic>-value`. false: they are looked up there, and those of the outputs must be there.',
          ),
        timeoutMs: whole(100, 120_000, 5_000).describe('Longest wait for one answer of the registry.'),
        username: z.string().default('').describe('User of HTTP basic authentication.'),
        password: z.string().default('').describe('Its password, a secret: see below.'),
        token: z.string().default('').describe('Bearer token, a secret, in place of user and password.'),
      })
      .prefault({})
      .describe('The schema registry. TLS trusts what Node.js trusts; NODE_EXTRA_CA_CERTS names further authorities.'),
  })
  .superRefine(({ framing, registry }, context) => {
    const refuse = (key: keyof typeof registry, message: string): void =>
      context.addIssue({ code: 'custom', path: ['registry', key], message, input: registry[key] });
    if (framing === 'confluent' && registry.url === '') {
      const message = 'confluent needs a schema registry: set avro.registry.url';
      context.addIssue({ code: 'custom', path: ['framing'], message, input: framing });
    }
    if (registry.token !== '' && registry.username !== '') refuse('token', 'either a token, or username and password');
    if ((registry.username === '') !== (registry.password === ''))
      refuse(registry.username === '' ? 'password' : 'username', 'username and password go together');
  });
