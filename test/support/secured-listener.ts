import type { BrokerSettings } from './kafka-properties.js';

/** A listener with TLS that asks for SCRAM-SHA-512, and for the rights of whoever comes in. */
export type SecuredListener = {
  readonly port: number;
  /** The broker's private key and certificate in one PEM file. */
  readonly keystore: string;
  /** Names and passwords of those who may come in. */
  readonly users: Readonly<Record<string, string>>;
};

/** The plain listeners' clients, the tests and the broker itself, may do everything; those of the secured one what ACLs allow. */
export const securedProperties = ({ keystore }: SecuredListener): BrokerSettings => ({
  'listener.name.secured.sasl.enabled.mechanisms': 'SCRAM-SHA-512',
  'listener.name.secured.scram-sha-512.sasl.jaas.config':
    'org.apache.kafka.common.security.scram.ScramLoginModule required;',
  'listener.name.secured.ssl.keystore.type': 'PEM',
  'listener.name.secured.ssl.keystore.location': keystore,
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': 'User:ANONYMOUS',
});

/** What the storage is formatted with, so that the users are there from the beginning. */
export const scramArguments = ({ users }: SecuredListener): string[] =>
  Object.entries(users).flatMap(([name, password]) => [
    '--add-scram',
    `SCRAM-SHA-512=[name=${name},password=${password}]`,
  ]);
