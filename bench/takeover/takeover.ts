/** What is taken over: everything of an instance that is killed, by one that had half of the partitions until then. */
export type Takeover = {
  readonly name: string;
  readonly standby: 'none' | 'all';
  readonly sections: number;
  readonly seatsPerSection: number;
  /** Requests that are answered before, which makes the changelog longer than there are sections. */
  readonly backlogRequests: number;
  /** Requests that come meanwhile; with 0 nothing is going on, and no transaction is open. */
  readonly requestsPerSecond: number;
};

/** Seconds from the kill on, and what they went into. */
export type TakeoverFigures = {
  /** Until the group has given the partitions to the other instance: the session of the dead one expires. */
  readonly expirySeconds: number;
  /** From then until the committed offsets are known: an open transaction of the dead one has to be aborted first. */
  readonly offsetsSeconds: number;
  /** What else it takes until it is ready: stores are opened, the changelog is read. */
  readonly restoreSeconds: number;
  readonly takeoverSeconds: number;
  readonly imagesRead: number;
  readonly sections: number;
  readonly peakRssBytes: number;
};
