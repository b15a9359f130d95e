import { InvalidInputError } from '../errors.js';

/**
 * A public id is `<institution code>:<S-360 id>`, for example `lyric:10229000000301`. S-360 ids are 64-bit
 * integers, kept as decimal strings everywhere because they do not fit a GraphQL Int nor, always, a double.
 */
export interface GlobalId {
  readonly institution: string;
  readonly s360Id: string;
}

const GLOBAL_ID = /^([a-z0-9][a-z0-9_-]{0,31}):([0-9]{1,19})$/;
export const INSTITUTION_CODE = /^[a-z0-9][a-z0-9_-]{0,31}$/;

export function formatGlobalId(institution: string, s360Id: string): string {
  return `${institution}:${s360Id}`;
}

/** Throws InvalidInputError naming `argument` when the id is malformed; says nothing about whether it exists. */
export function parseGlobalId(argument: string, id: string): GlobalId {
  const match = GLOBAL_ID.exec(id);
  if (!match) {
    throw new InvalidInputError(argument, `must look like "<institution>:<number>", ${lengthOf(id)}`);
  }
  return { institution: match[1]!, s360Id: match[2]! };
}

/**
 * What came, for a message about a client's text: without the text, which may be somebody's name or address in the wrong
 * place, and messages end in logs.
 */
export function lengthOf(text: string): string {
  return `got ${text.length} character${text.length === 1 ? '' : 's'}`;
}

/** The same for what should be the code of an institution: what cannot be one may be anything. */
export function codeOrLength(text: string): string {
  return INSTITUTION_CODE.test(text) ? `got ${quote(text)}` : lengthOf(text);
}

/** An operator's text, short enough for a message, and without who logs in where it is an address. */
export function quote(text: string): string {
  const told = text.replace(/\/\/.*@/s, '//…@');
  return JSON.stringify(told.length > 60 ? `${told.slice(0, 60)}…` : told);
}

/** As numbers: the shorter is the smaller, and digits of equal length compare as text. */
export function compareS360Ids(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
