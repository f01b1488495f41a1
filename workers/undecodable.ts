import { NEGATIVE, NO_BRANCH, NOT_A_NUMBER, NOT_UTF8, TOO_DEEP, TRUNCATED, WRONG_SIZE } from './varint.js';

/** Bytes that are not exactly one value of their schema; the reason is for the dead letter's header. */
export type Undecodable = { readonly undecodable: string };

export const isUndecodable = (value: object): value is Undecodable => 'undecodable' in value;

const REASONS = new Map([
  [TRUNCATED, 'runs past the end'],
  [NOT_A_NUMBER, 'has more bits than its type'],
  [NEGATIVE, 'has a negative length'],
  [NOT_UTF8, 'is not UTF-8'],
  [TOO_DEEP, 'is nested too deeply'],
  [NO_BRANCH, 'has a branch or a symbol that its schema lacks'],
  [WRONG_SIZE, 'has a block of another size than it says'],
]);

/** @param code what a skip returned in place of the next position */
export const reasonOf = (field: string, code: number): string => `${field} ${REASONS.get(code)}`;
export const bytesFollow = (count: number): string => `${count} bytes follow the value`;
