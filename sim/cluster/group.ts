/** Who a member is to the coordinator. The generation is, under KIP-848, the member's epoch. */
export type MemberIdentity = { readonly memberId: string; readonly generation: number };

/** What a client says of itself that was told it is no member any more. */
export const nobody: MemberIdentity = { memberId: '', generation: -1 };

export const groupProtocols = ['classic', 'consumer'] as const;
export type GroupProtocol = (typeof groupProtocols)[number];

/** What the rest of the cluster asks of the group's coordinator, whichever protocol its members use. */
export interface Group {
  /**
   * The check of TxnOffsetCommit and OffsetCommit. Kafka takes a transaction's offsets from somebody without an id and
   * a generation, for they may come from a client that is in no group. @throws KafkaFailure
   */
  validate(identity: MemberIdentity, isTransactional: boolean): void;
  /** The end of a session, or a member's leaving: it is not known any more. */
  remove(memberId: string): void;
  /** Has the assignment made anew, as when an input's metadata change. */
  rebalance(): void;
}

/** The `range` assignor: contiguous shares, in the order of the members. */
export function range(partitions: number, members: readonly string[]): Map<string, number[]> {
  const shares = [...members].sort().map((id, place): [string, number[]] => {
    const [from, to] = [place, place + 1].map((at) => Math.ceil((at * partitions) / members.length)) as [
      number,
      number,
    ];
    return [id, Array.from({ length: to - from }, (_, at) => from + at)];
  });
  return new Map(shares);
}
