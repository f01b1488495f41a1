import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];

/** A certificate authority of the tests' own. */
export type Authority = { readonly certificate: string; readonly key: string };

export async function makeAuthority(folder: string, name: string): Promise<Authority> {
  const certificate = join(folder, `${name}.pem`);
  const key = join(folder, `${name}.key`);
  await run('openssl', ['req', '-x509', ...newKey, '-subj', `/CN=${name}`, '-keyout', key, '-out', certificate]);
  return { certificate, key };
}

/** A server's private key and certificate for `localhost`, in one PEM file, issued by the authority. */
export async function makeKeystore(folder: string, { certificate, key }: Authority): Promise<string> {
  const file = (extension: string): string => join(folder, `broker.${extension}`);
  const names = ['-addext', 'subjectAltName=DNS:localhost'];
  const subject = ['-subj', '/CN=localhost', ...names, '-keyout', file('key'), '-out', file('crt')];
  await run('openssl', ['req', '-x509', ...newKey, '-CA', certificate, '-CAkey', key, ...subject]);
  writeFileSync(file('pem'), readFileSync(file('key'), 'utf8') + readFileSync(file('crt'), 'utf8'), { mode: 0o600 });
  return file('pem');
}
