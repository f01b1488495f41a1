import { type types as AvroTypes, default as avro, type Type } from 'avsc';
import { skipString } from './text.js';
import { NEGATIVE, NO_BRANCH, readLong, skipInt, skipLong, TOO_DEEP, TRUNCATED, WRONG_SIZE } from './varint.js';

/** The position behind a value that begins at `at` and lies before `end`; or, negative, what is wrong with it. */
export type Walk = (view: DataView, at: number, end: number, depth: number) => number;

/** Records within records; a schema that names itself has no bound of its own. */
const DEEPEST = 64;

const { types } = avro;

/**
 * What walks over values of a schema, without reading them. avsc reads on to the buffer's end, believes any count, length
 * and block size, and makes text of what is no UTF-8; so of a schema that is not ours it is given nothing but bytes that
 * such a walk has found to be one value.
 */
export const walkOf = (type: Type): Walk => walk(type, new Map());

function walk(type: Type, known: Map<Type, Walk>): Walk {
  const before = known.get(type);
  if (before !== undefined) return before;
  if (type instanceof types.RecordType) return record(type, known);
  if (type instanceof types.ArrayType) return array(type.itemsType, known);
  if (type instanceof types.MapType) return blocks(entry(walk(type.valuesType as Type, known)));
  if (type instanceof types.UnwrappedUnionType || type instanceof types.WrappedUnionType) {
    return union(type.types.map((branch) => walk(branch, known)));
  }
  if (type instanceof types.EnumType) return enumeration(type.symbols.length);
  if (type instanceof types.FixedType) return fixed(type.size);
  return primitive(type.typeName);
}

function primitive(name: string): Walk {
  switch (name) {
    case 'null':
      return fixed(0);
    case 'boolean':
      return fixed(1);
    case 'float':
      return fixed(4);
    case 'double':
      return fixed(8);
    case 'int':
      return skipInt;
    case 'long':
    case 'abstract:long':
      return skipLong;
    case 'string':
      return skipString;
    case 'bytes':
      return skipBytes;
    default:
      throw new Error(`values of type ${name} are not read`);
  }
}

const fixed =
  (sizeBytes: number): Walk =>
  (_view, at, end) =>
    at + sizeBytes <= end ? at + sizeBytes : TRUNCATED;

function skipBytes(view: DataView, at: number, end: number): number {
  const start = skipLong(view, at, end);
  if (start < 0) return start;
  const sizeBytes = readLong(view, at, start);
  if (sizeBytes < 0) return NEGATIVE;
  return sizeBytes > end - start ? TRUNCATED : start + sizeBytes;
}

function record(type: AvroTypes.RecordType, known: Map<Type, Walk>): Walk {
  const fields: Walk[] = [];
  const result: Walk = (view, start, end, depth) => {
    if (depth >= DEEPEST) return TOO_DEEP;
    let at = start;
    for (const field of fields) {
      at = field(view, at, end, depth + 1);
      if (at < 0) return at;
    }
    return at;
  };
  // Known before its fields are: one of them may name it.
  known.set(type, result);
  for (const field of type.fields) fields.push(walk(field.type, known));
  return result;
}

function array(items: Type, known: Map<Type, Walk>): Walk {
  // Any number of them fits any bytes.
  if (isEmpty(items)) throw new Error('arrays of values without bytes are not read');
  return blocks(walk(items, known));
}

/** Whether values of the type have no bytes. */
function isEmpty(type: Type, within: readonly Type[] = []): boolean {
  if (type instanceof types.FixedType) return type.size === 0;
  if (!(type instanceof types.RecordType)) return type.typeName === 'null';
  return within.includes(type) || type.fields.every((field) => isEmpty(field.type, [...within, type]));
}

const entry =
  (value: Walk): Walk =>
  (view, at, end, depth) => {
    const next = skipString(view, at, end);
    return next < 0 ? next : value(view, next, end, depth);
  };

/** Items come in blocks, the last one empty; a negative count is followed by the block's size in bytes. */
const blocks =
  (item: Walk): Walk =>
  (view, start, end, depth) => {
    for (let at = start; ; ) {
      let next = skipLong(view, at, end);
      if (next < 0) return next;
      const signedCount = readLong(view, at, next);
      if (signedCount === 0) return next;
      let blockEnd = -1;
      if (signedCount < 0) {
        const sizeAt = next;
        next = skipLong(view, sizeAt, end);
        if (next < 0) return next;
        blockEnd = next + readLong(view, sizeAt, next);
      }
      const count = Math.abs(signedCount);
      // Each item takes a byte at least, so a count beyond the bytes that are left is refused before it is believed.
      if (count > end - next) return TRUNCATED;
      for (let done = 0; done < count && next >= 0; done += 1) next = item(view, next, end, depth);
      if (next < 0) return next;
      // avsc leaps over a block that it does not read.
      if (signedCount < 0 && blockEnd !== next) return WRONG_SIZE;
      at = next;
    }
  };

const union =
  (branches: readonly Walk[]): Walk =>
  (view, at, end, depth) => {
    const next = skipLong(view, at, end);
    if (next < 0) return next;
    const branch = branches[readLong(view, at, next)];
    return branch === undefined ? NO_BRANCH : branch(view, next, end, depth);
  };

const enumeration =
  (count: number): Walk =>
  (view, at, end) => {
    const next = skipInt(view, at, end);
    if (next < 0) return next;
    const index = readLong(view, at, next);
    return index >= 0 && index < count ? next : NO_BRANCH;
  };
