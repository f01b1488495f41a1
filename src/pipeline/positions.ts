import { InputTopic } from '../frames.js';

/** The next offset to process of each of the two input topics, for one partition number. */
export type Positions = { readonly init: number; readonly requests: number };

export const positionOf = (positions: Positions, topic: InputTopic): number =>
  topic === InputTopic.init ? positions.init : positions.requests;

export const withPosition = (positions: Positions, topic: InputTopic, offset: number): Positions =>
  topic === InputTopic.init ? { ...positions, init: offset } : { ...positions, requests: offset };

export const samePositions = (a: Positions, b: Positions): boolean => a.init === b.init && a.requests === b.requests;

/** Whether `a` is ahead of `b` on either topic. */
export const aheadOf = (a: Positions, b: Positions): boolean => a.init > b.init || a.requests > b.requests;
