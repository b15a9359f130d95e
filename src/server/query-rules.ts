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
import { answerSize, type CostedRequest } from './query-cost.js';
import type { QueryLimits } from './query-limits.js';
import { checkVariables } from './query-variables.js';
import { measureOperation, type OperationShape } from './query-shape.js';

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
  const { fields: cost, fieldsOfChange } = answerSize(schema, request, limits);
  if (fieldsOfChange > limits.changeFields) {
    return {
      error: limitExceeded(
        { limit: 'changeFields', maximum: limits.changeFields, actual: fieldsOfChange },
        `Each change of an event could hold ${fieldsOfChange} fields, the limit is ${limits.changeFields}: ask for the rest by a query`,
        request.operation,
      ),
    };
  }
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
