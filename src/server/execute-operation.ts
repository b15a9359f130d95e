import {
  execute,
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  type ExecutionArgs,
  type ExecutionResult,
} from 'graphql';
import type { RequestContext } from '../context.js';
import { InDoubtError, OperationTimeoutError } from '../errors.js';
import { asCallersMistake } from './format-error.js';
import { MAX_VALIDATION_ERRORS } from './query-rules.js';
import type { OperationTimes } from './server.types.js';
import { withoutValuesOfVariables } from './unrepeated-values.js';

/** What is executed: GraphQL's arguments with our context. */
export interface OperationArgs extends ExecutionArgs {
  readonly contextValue: RequestContext;
}

export type OperationExecutor = (args: OperationArgs) => ExecutionResult | Promise<ExecutionResult>;

/**
 * GraphQL's `execute` for queries and mutations of both transports, within the time for one operation. When that is
 * over the caller is told so, and what still runs of it loads nothing more; a call to S-360 that is under way ends by
 * its own deadline, and an order goes on to its end.
 */
export function createOperationExecutor(times: OperationTimes): OperationExecutor {
  return (args) => {
    const result = execute({ ...args, options: { maxCoercionErrors: MAX_VALIDATION_ERRORS } });
    // What memory alone answered, or variables that do not fit.
    if (!isPromise(result)) return result.data === undefined ? refused(result, args) : result;
    const isMutation =
      getOperationAST(args.document, args.operationName)?.operation === OperationTypeNode.MUTATION;
    return inTime(result, isMutation ? times.mutationMs : times.queryMs, (ms) => {
      args.contextValue.loaders.close();
      return { errors: [tooLate(isMutation, ms)] };
    });
  };
}

/** Nothing was executed. GraphQL's last words on many mistakes name no place, by which they would pass for ours. */
function refused({ errors = [] }: ExecutionResult, args: ExecutionArgs): ExecutionResult {
  return { errors: withoutValuesOfVariables(errors.map(asCallersMistake), args) };
}

async function inTime(
  result: Promise<ExecutionResult>,
  ms: number,
  giveUp: (ms: number) => ExecutionResult,
): Promise<ExecutionResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<ExecutionResult>((resolve) => {
    timer = setTimeout(() => resolve(giveUp(ms)), ms);
  });
  try {
    return await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
  }
}

function tooLate(isMutation: boolean, ms: number): GraphQLError {
  const originalError = isMutation
    ? new InDoubtError(`The mutation was not answered within ${ms} ms, and may still be done`)
    : new OperationTimeoutError(`The query was not answered within ${ms} ms`);
  return new GraphQLError(originalError.message, { originalError, extensions: { http: { status: 504 } } });
}

function isPromise(value: ExecutionResult | Promise<ExecutionResult>): value is Promise<ExecutionResult> {
  return value instanceof Promise;
}
