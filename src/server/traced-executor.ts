import { getOperationAST, type ExecutionResult } from 'graphql';
import { traced, type OpenSpan, type SpanOptions, type Tracing } from '../tracing/traced.js';
import type { OperationArgs, OperationExecutor } from './execute-operation.js';

/** Clients choose the names of their operations. */
const LONGEST_NAME = 100;

/** `execute` inside a span that says which operation it was, and how many errors were answered. */
export function tracedExecutor(execute: OperationExecutor, tracing: Tracing | undefined): OperationExecutor {
  if (tracing === undefined) return execute;
  return (args) => {
    return traced(tracing, operationSpan(args), (span) => answerNoted(execute(args), span));
  };
}

/** What the beginning of a subscription, and then each of its events, is done inside; undefined without tracing. */
export interface SubscriptionSpans {
  begin<Result>(work: () => Result): Result;
  event(work: () => ExecutionResult | Promise<ExecutionResult>): ExecutionResult | Promise<ExecutionResult>;
}

/** Events come for hours: each has a trace of its own, which is linked to the span that the subscription began in. */
export function subscriptionSpans(
  args: OperationArgs,
  tracing: Tracing | undefined,
): SubscriptionSpans | undefined {
  if (tracing === undefined) return undefined;
  const [name, options] = operationSpan(args);
  let linkedTo: string | undefined;
  return {
    begin: (work) =>
      tracing.span(name, options, () => {
        linkedTo = tracing.headers()['traceparent'];
        return work();
      }),
    event: (work) =>
      tracing.span(`${name} event`, { ...options, linkedTo }, (span) => answerNoted(work(), span)),
  };
}

function operationSpan({ document, operationName, contextValue }: OperationArgs): [string, SpanOptions] {
  const operation = getOperationAST(document, operationName);
  const kind = operation?.operation ?? 'query';
  const name = operation?.name?.value.slice(0, LONGEST_NAME) ?? 'anonymous';
  const attributes = {
    'graphql.operation.type': kind,
    'graphql.operation.name': name,
    'foyer.correlation_id': contextValue.correlationId,
  };
  return [`${kind} ${name}`, { attributes }];
}

function answerNoted(
  result: ExecutionResult | Promise<ExecutionResult>,
  span: OpenSpan,
): ExecutionResult | Promise<ExecutionResult> {
  return result instanceof Promise ? result.then((answer) => noted(answer, span)) : noted(result, span);
}

function noted(result: ExecutionResult, span: OpenSpan): ExecutionResult {
  if (result.errors !== undefined) span.set({ 'graphql.errors': result.errors.length });
  return result;
}
