import type { FieldCosts } from '../resolvers/field-costs.js';

/**
 * What one operation may ask for. The same numbers hold over HTTP and WebSocket. Everything but
 * `answerFields` and `changeFields` is known from the document alone; these need the variables.
 */
export interface QueryLimits {
  /** Lexical tokens of the document; parsing stops there. */
  readonly tokens: number;
  /** Fields below each other, fragments expanded. */
  readonly depth: number;
  /** Aliased fields, fragments expanded, `__typename` included. */
  readonly aliases: number;
  /** Fields of the operation itself. */
  readonly rootFields: number;
  /** Fields of the whole operation, fragments expanded. */
  readonly fields: number;
  /** Directives in the document. */
  readonly directives: number;
  readonly operations: number;
  /** Operations and fragments together. */
  readonly definitions: number;
  /** Introspection is counted apart: it is deep and wide, and the tools that send it cannot be told to send less. */
  readonly introspectionRoots: number;
  readonly introspectionDepth: number;
  readonly introspectionFields: number;
  /**
   * Fields the answer could hold: every field times the sizes of the lists around it. A list's size is its `first`,
   * the length of the list of keys it is asked by, or `assumedListSize`.
   */
  readonly answerFields: number;
  /** The same of one change in the events of a subscription: the first tells of all that is watched, a whole catalog perhaps. */
  readonly changeFields: number;
  /** Of an operation's variables: values in them, themselves included; lists and objects inside each other. */
  readonly variableValues: number;
  readonly variableDepth: number;
  /** Of all texts and names in the variables. */
  readonly variableCharacters: number;
  /** What a list counts that has no argument for its size: a performance's prices, an order's lines. */
  readonly assumedListSize: number;
  /** Sizes above these are refused by the fields themselves, which can name the argument; here they count as these. */
  readonly maxPageSize: number;
  readonly maxKeys: number;
  readonly fieldCosts: FieldCosts;
}

/**
 * Room for a page of 50 products with 20 performances each, all their prices and availability (67,000), and for GraphiQL's
 * introspection; a list inside a list inside a list does not fit.
 */
export const DEFAULT_QUERY_LIMITS: QueryLimits = {
  tokens: 1_000,
  depth: 12,
  aliases: 15,
  rootFields: 20,
  fields: 250,
  directives: 8,
  operations: 5,
  definitions: 30,
  introspectionRoots: 3,
  introspectionDepth: 20,
  introspectionFields: 500,
  answerFields: 100_000,
  changeFields: 100,
  variableValues: 5_000,
  variableDepth: 10,
  variableCharacters: 64 * 1024,
  assumedListSize: 5,
  maxPageSize: 100,
  maxKeys: 500,
  fieldCosts: { weights: new Map(), listSizes: new Map(), changeLists: new Set() },
};
