import { getOperationAST, type ExecutionResult } from 'graphql';
import { traced, type OpenSpan, type Tracing } from '../tracing/traced.js';
import type { OperationArgs, OperationExecutor } from './execute-operation.js';

/** Clients choose the names of their operations. */
const LONGEST_NAME = 100;

/** `execute` inside a span that says which operation it was, and how many errors were answered. */
export function tracedExecutor(execute: OperationExecutor, tracing: Tracing | undefined): OperationExecutor {
  if (tracing === undefined) return execute;
  return (args) => {
    const attributes = operationOf(args);
    const { 'graphql.operation.type': kind, 'graphql.operation.name': name } = attributes;
    return traced(tracing, [`${kind} ${name}`, { attributes }], (span) => {
      const result = execute(args);
      if (!(result instanceof Promise)) return noted(result, span);
      return result.then((answer) => noted(answer, span));
    });
  };
}

function operationOf({ document, operationName }: OperationArgs) {
  const operation = getOperationAST(document, operationName);
  return {
    'graphql.operation.type': operation?.operation ?? 'query',
    'graphql.operation.name': operation?.name?.value.slice(0, LONGEST_NAME) ?? 'anonymous',
  };
}

function noted(result: ExecutionResult, span: OpenSpan): ExecutionResult {
  if (result.errors !== undefined) span.set({ 'graphql.errors': result.errors.length });
  return result;
}
