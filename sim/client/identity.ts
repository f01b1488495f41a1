import type { GroupMetadata } from '../../src/kafka/input.js';
import type { MemberIdentity } from '../cluster/group.js';

/** Group metadata as the addon hands them over, with bytes that nobody but the client reads. */
export const metadataOf = (identity: MemberIdentity): GroupMetadata => ({
  ...identity,
  bytes: Buffer.from(JSON.stringify(identity)),
});

export const decodeIdentity = (bytes: Buffer): MemberIdentity => JSON.parse(bytes.toString()) as MemberIdentity;
