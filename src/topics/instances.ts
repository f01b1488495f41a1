import { needsPerson } from '../errors.js';
import { kafkaFailure } from '../kafka/failure.js';
import type { GroupMember } from '../kafka/native-admin.js';
import type { Asking } from './describe-topics.js';

/** The instances that are in the application's group. @throws FatalError when the group's coordinator does not tell */
export const instancesOf = (
  { client, native, timeoutMs }: Asking,
  application: string,
): Promise<readonly GroupMember[]> =>
  native.listGroupMembers(client, application, timeoutMs).catch((error: unknown) => {
    throw kafkaFailure(`the members of the group ${application} are not known`, error);
  });

/**
 * An instance that is not paused would write to a topic that is gone and end, and its sections' counts would be missing
 * from the new one.
 * @throws FatalError (78) when an instance is in the group that can't be told to pause
 */
export function refuseOthers(members: readonly GroupMember[], daemon: { readonly name: string } | undefined): void {
  const reached = daemon === undefined ? 0 : 1;
  if (members.length <= reached) return;
  const told = members.map(({ clientId, host }) => `${clientId} at ${host.replace(/^\//, '')}`).join(', ');
  const why =
    daemon === undefined
      ? 'none answers at its control socket here'
      : `only ${daemon.name} answers at its control socket here`;
  throw needsPerson(
    `${members.length} instances are in the group (${told}), and ${why}. Nothing was changed: stop the others first, so that ` +
      'one has every partition, or all (one that was killed is listed until its session ends).',
  );
}
