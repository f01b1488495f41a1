import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Broker, startBroker } from './broker.js';
import { type Authority, makeAuthority, makeKeystore } from './certificates.js';
import { freePorts } from './ports.js';
import { temporaryFolder } from './temporary.js';

/** A broker with a listener of TLS and SCRAM-SHA-512 beside the plain one, which is for the tests themselves. */
export type SecuredBroker = Broker & {
  readonly securedServers: string;
  /** Its certificate's authority, and another, which nobody should trust. */
  readonly authority: Authority;
  readonly stranger: Authority;
  /** Names and passwords of those who may come in. */
  readonly users: Readonly<Record<string, string>>;
  /** A folder like systemd's $CREDENTIALS_DIRECTORY, with a file for each user's password. */
  readonly credentials: string;
};

export async function startSecuredBroker(users: Readonly<Record<string, string>>): Promise<SecuredBroker> {
  const folder = temporaryFolder('secured');
  const [authority, stranger] = await Promise.all([
    makeAuthority(folder, 'authority'),
    makeAuthority(folder, 'stranger'),
  ]);
  const [port = 0] = await freePorts(1);
  const secured = { port, keystore: await makeKeystore(folder, authority), users };
  for (const [name, password] of Object.entries(users)) {
    writeFileSync(join(folder, name), `${password}\n`, { mode: 0o400 });
  }
  const broker = await startBroker({ secured });
  const securedServers = `localhost:${port}`;
  return Object.assign(broker, { securedServers, authority, stranger, users, credentials: folder });
}
