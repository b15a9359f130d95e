import {
  getOperationAST,
  GraphQLError,
  parse,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type ValidationRule,
} from 'graphql';
import { lengthOf } from '../domain/ids.js';
import { asCallersMistake } from './format-error.js';
import type { QueryLimits } from './query-limits.js';
import { checkOperation, MAX_VALIDATION_ERRORS, tokenLimitError, validationRules } from './query-rules.js';

export interface OperationRequest {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

export type ReadOperation =
  | { readonly document: DocumentNode; readonly operation: OperationDefinitionNode; readonly cost: number }
  | { readonly errors: readonly GraphQLError[] };

/** Text -> an operation that may run, under the same rules as over HTTP. Never throws for bad input. */
export type OperationReader = (request: OperationRequest) => ReadOperation;

/** Subscribers send the same few documents; each is parsed and validated once while it is among the latest. */
const REMEMBERED_DOCUMENTS = 200;

export function createOperationReader(
  schema: GraphQLSchema,
  options: {
    readonly limits: QueryLimits;
    readonly rules?: readonly ValidationRule[];
  },
): OperationReader {
  const rules = [...validationRules(options.limits), ...(options.rules ?? [])];
  const remembered = new Map<string, DocumentNode>();

  const readDocument = (query: string): DocumentNode | readonly GraphQLError[] => {
    const known = remembered.get(query);
    if (known !== undefined) return known;
    const document = parseLimited(query, options.limits);
    if (document instanceof GraphQLError) return [document];
    const errors = validate(schema, document, rules, { maxErrors: MAX_VALIDATION_ERRORS });
    if (errors.length > 0) return errors.map(asCallersMistake);
    const [oldest] = remembered.keys();
    if (remembered.size >= REMEMBERED_DOCUMENTS && oldest !== undefined) remembered.delete(oldest);
    remembered.set(query, document);
    return document;
  };

  return ({ query, operationName, variables }) => {
    const document = readDocument(query);
    if (!('kind' in document)) return { errors: document };
    const operation = getOperationAST(document, operationName);
    if (!operation) return { errors: [unknownOperation(operationName)] };
    const checked = checkOperation(
      schema,
      { document, operation, variables: variables ?? {} },
      options.limits,
    );
    return 'error' in checked ? { errors: [checked.error] } : { document, operation, cost: checked.cost };
  };
}

function parseLimited(query: string, limits: QueryLimits): DocumentNode | GraphQLError {
  try {
    return parse(query, { maxTokens: limits.tokens });
  } catch (error) {
    if (error instanceof GraphQLError) return tokenLimitError(error, limits) ?? error;
    throw error;
  }
}

/** The document has no such operation, or several and no name was given. */
export function unknownOperation(name: string | null | undefined): GraphQLError {
  const message = name
    ? `The document has no operation named ${/^\w{1,64}$/.test(name) ? JSON.stringify(name) : `so, ${lengthOf(name)}`}`
    : 'The document has several operations: `operationName` must name one';
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}
