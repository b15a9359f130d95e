import {
  GraphQLError,
  Kind,
  Lexer,
  specifiedRules,
  TokenKind,
  type DirectiveNode,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type ValidationRule,
  visit,
} from 'graphql';
import type { FieldCosts } from '../resolvers/field-costs.js';
import { answerFields, type CostedRequest } from './query-cost.js';
import { checkVariables } from './query-variables.js';
import { measureOperation, type OperationShape } from './query-shape.js';

/**
 * What one operation may ask for. The same numbers hold over HTTP and WebSocket. Everything but `answerFields` is
 * known from the document alone; `answerFields` needs the variables.
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

/** Limits that are a number each. */
type LimitName = Exclude<keyof QueryLimits, 'fieldCosts'>;

/** `extensions.cost` of an answer. */
export interface CostFacts {
  readonly requested: number;
  readonly maximum: number;
}

export function costFacts(requested: number, { answerFields: maximum }: QueryLimits): CostFacts {
  return { requested, maximum };
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
  variableValues: 5_000,
  variableDepth: 10,
  variableCharacters: 64 * 1024,
  assumedListSize: 5,
  maxPageSize: 100,
  maxKeys: 500,
  fieldCosts: { weights: new Map(), listSizes: new Map() },
};

/** A document with a thousand mistakes is answered with the first five. */
export const MAX_VALIDATION_ERRORS = 5;

/** The rules of the specification and ours, for both transports. */
export function validationRules(limits: QueryLimits): ValidationRule[] {
  return [...specifiedRules, ...ownValidationRules(limits)];
}

/** Ours alone, for who brings the specified ones (Apollo Server). */
export function ownValidationRules(limits: QueryLimits): ValidationRule[] {
  return [shapeRule(limits)];
}

/** What an operation costs, or why it may not run. Call it with a validated document. */
export function checkOperation(
  schema: GraphQLSchema,
  request: CostedRequest,
  limits: QueryLimits,
): { readonly cost: number } | { readonly error: GraphQLError } {
  const tooLarge = checkVariables(request.variables, limits);
  if (tooLarge !== null) return { error: tooLarge };
  const cost = answerFields(schema, request, limits);
  if (cost <= limits.answerFields) return { cost };
  return {
    error: limitExceeded(
      { limit: 'answerFields', maximum: limits.answerFields, actual: cost },
      `The answer could hold ${cost} fields, the limit is ${limits.answerFields}: ask for smaller pages (\`first\`) or fewer lists inside lists`,
      request.operation,
    ),
  };
}

/** The parser reports too many tokens as a mistake in the syntax; this tells the two apart by counting again. */
export function tokenLimitError(error: GraphQLError, limits: QueryLimits): GraphQLError | null {
  if (error.source === undefined || !hasMoreTokensThan(limits.tokens, error.source)) return null;
  return limitExceeded(
    { limit: 'tokens', maximum: limits.tokens },
    `The document has more than ${limits.tokens} tokens`,
  );
}

function hasMoreTokensThan(maximum: number, source: NonNullable<GraphQLError['source']>): boolean {
  const lexer = new Lexer(source);
  try {
    for (let count = 0; count <= maximum; count++) {
      if (lexer.advance().kind === TokenKind.EOF) return false;
    }
    return true;
  } catch {
    return false;
  }
}

function shapeRule(limits: QueryLimits): ValidationRule {
  return (context) => ({
    Document: (document) => {
      const report = (limit: LimitName, actual: number, what: string, node?: OperationDefinitionNode) => {
        const maximum = limits[limit];
        if (actual <= maximum) return;
        context.reportError(
          limitExceeded({ limit, maximum, actual }, `${what} ${actual}, the limit is ${maximum}`, node),
        );
      };
      const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
      report('definitions', document.definitions.length, 'Operations and fragments in the document:');
      report('operations', operations.length, 'Operations in the document:');
      report('directives', countDirectives(document), 'Directives in the document:');
      for (const operation of operations) {
        const shape = measureOperation(document, operation);
        for (const [limit, what] of SHAPE_WORDS) report(limit, shape[limit], what, operation);
      }
    },
  });
}

const SHAPE_WORDS: readonly (readonly [keyof OperationShape, string])[] = [
  ['depth', 'Depth of the operation:'],
  ['rootFields', 'Root fields of the operation:'],
  ['aliases', 'Aliases in the operation, fragments expanded:'],
  ['fields', 'Fields of the operation, fragments expanded:'],
  ['introspectionRoots', 'Uses of `__schema` and `__type`:'],
  ['introspectionDepth', 'Depth of the introspection:'],
  ['introspectionFields', 'Fields of the introspection, fragments expanded:'],
];

function countDirectives(document: DocumentNode): number {
  let count = 0;
  visit(document, { Directive: (_node: DirectiveNode) => void count++ });
  return count;
}

interface ExceededLimit {
  readonly limit: LimitName;
  readonly maximum: number;
  readonly actual?: number;
}

function limitExceeded(facts: ExceededLimit, message: string, node?: OperationDefinitionNode): GraphQLError {
  return new GraphQLError(message, {
    nodes: node ?? null,
    extensions: { code: 'LIMIT_EXCEEDED', ...facts },
  });
}
