import {
  execute,
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  type ExecutionArgs,
  type ExecutionResult,
} from 'graphql';
import type { RequestContext } from '../context.js';
import type { Loaders } from '../datasources/loaders.js';
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
 * its own deadline. Of a query nothing is executed any more either, nor when its caller has left (`loaders.close`); a
 * mutation goes on to its end, whoever waits for it.
 */
export function createOperationExecutor(times: OperationTimes): OperationExecutor {
  return (args) => {
    const result = execute({ ...args, options: { maxCoercionErrors: MAX_VALIDATION_ERRORS } });
    // What memory alone answered, or variables that do not fit.
    if (!isPromise(result)) return result.data === undefined ? refused(result, args) : result;
    const isMutation =
      getOperationAST(args.document, args.operationName)?.operation === OperationTypeNode.MUTATION;
    const ms = isMutation ? times.mutationMs : times.queryMs;
    return whileWaitedFor(result, { isMutation, ms, loaders: args.contextValue.loaders });
  };
}

/** Nothing was executed. GraphQL's last words on many mistakes name no place, by which they would pass for ours. */
function refused({ errors = [] }: ExecutionResult, args: ExecutionArgs): ExecutionResult {
  return { errors: withoutValuesOfVariables(errors.map(asCallersMistake), args) };
}

interface Patience {
  readonly isMutation: boolean;
  readonly ms: number;
  readonly loaders: Loaders;
}

async function whileWaitedFor(
  result: Promise<ExecutionResult>,
  { isMutation, ms, loaders }: Patience,
): Promise<ExecutionResult> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<ExecutionResult>((resolve) => {
    timer = setTimeout(() => {
      resolve({ errors: [tooLate(isMutation, ms)] });
      loaders.close();
    }, ms);
    if (isMutation) return;
    loaders.onceClosed(() => {
      loaders.pace.stop();
      // Unless it was too late, nobody reads it.
      resolve({ data: null });
    });
  });
  try {
    return await Promise.race([result, enough]);
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
