import type { Broker } from './broker.js';
import { runTool } from './kafka-node.js';

/** What some principals may do with some resources. */
export type Grant = {
  readonly users: readonly string[];
  readonly operations: readonly string[];
  readonly topics?: readonly string[];
  /** What the names of groups, or of transactional.ids, begin with. */
  readonly groups?: string;
  readonly transactionalIds?: string;
};

/** Adds ACLs that allow this. */
export async function allow({ bootstrapServers }: Pick<Broker, 'bootstrapServers'>, grant: Grant): Promise<void> {
  const { users, operations, topics = [], groups, transactionalIds } = grant;
  await runTool('org.apache.kafka.tools.AclCommand', [
    ...['--bootstrap-server', bootstrapServers, '--add', '--force'],
    ...users.flatMap((user) => ['--allow-principal', `User:${user}`]),
    ...operations.flatMap((operation) => ['--operation', operation]),
    ...topics.flatMap((topic) => ['--topic', topic]),
    ...(groups === undefined ? [] : ['--group', groups, '--resource-pattern-type', 'prefixed']),
    ...(transactionalIds === undefined
      ? []
      : ['--transactional-id', transactionalIds, '--resource-pattern-type', 'prefixed']),
  ]);
}
